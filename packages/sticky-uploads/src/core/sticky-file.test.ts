import { describe, expect, it } from "vitest"
import { isBlank, isFile } from "./sticky-file.js"

describe("isFile", () => {
  it("tells a File of any realm by what it can do", () => {
    expect(isFile(new File(["a"], "a.txt"))).toBe(true)
    expect(isFile({ name: "a", size: 1, type: "", stream: () => undefined })).toBe(true)
  })

  it.each([
    null,
    undefined,
    "a",
    {},
    [],
    { name: "a.txt", size: 1, type: "text/plain" },
    { name: "a.txt", size: 1, stream: "yes" },
    { name: "a.txt", size: "1", stream: () => undefined },
    new Blob(["a"]),
  ])("does not take %o for one", (value) => {
    expect(isFile(value)).toBe(false)
  })
})

describe("isBlank", () => {
  it("tells what an untouched input sends", () => {
    expect([undefined, "", new File([], "")].map(isBlank)).toEqual([true, true, true])
  })

  it.each([null, 0, false, " ", [], {}, new File([], "empty.txt"), new File(["a"], "")])(
    "does not take %o for one",
    (value) => {
      expect(isBlank(value)).toBe(false)
    },
  )
})
