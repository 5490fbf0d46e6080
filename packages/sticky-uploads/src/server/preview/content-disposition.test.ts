import { describe, expect, it } from "vitest"
import { contentDisposition } from "./content-disposition.js"

describe("contentDisposition", () => {
  it.each([
    ["portrait.png", `attachment; filename="portrait.png"; filename*=UTF-8''portrait.png`],
    ["写真 (1).png", `attachment; filename="__ (1).png"; filename*=UTF-8''%E5%86%99%E7%9C%9F%20%281%29.png`],
    [
      `a"b\r\nSet-Cookie: x.txt`,
      `attachment; filename="a_bSet-Cookie: x.txt"; filename*=UTF-8''a%22bSet-Cookie%3A%20x.txt`,
    ],
    ["50%20.txt", `attachment; filename="50_20.txt"; filename*=UTF-8''50%2520.txt`],
    ["it's *.txt", `attachment; filename="it's *.txt"; filename*=UTF-8''it%27s%20%2A.txt`],
    ["../../etc/passwd", `attachment; filename="passwd"; filename*=UTF-8''passwd`],
    ["C:\\temp\\a.txt", `attachment; filename="a.txt"; filename*=UTF-8''a.txt`],
    ["..", `attachment; filename=".."; filename*=UTF-8''..`],
    ["", `attachment; filename="file"; filename*=UTF-8''file`],
    ["\ud800.png", `attachment; filename="_.png"; filename*=UTF-8''%EF%BF%BD.png`],
  ])("writes %j", (name, header) => {
    expect(contentDisposition(name)).toBe(header)
  })

  it("says of a file that is to be shown under which name to save it", () => {
    expect(contentDisposition("a.png", "inline")).toBe(`inline; filename="a.png"; filename*=UTF-8''a.png`)
  })
})
