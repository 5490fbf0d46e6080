import { describe, expect, it } from "vitest"
import { bodyKinds, contentOf } from "./content.js"
import { requestOf, type Wire } from "./request.js"

const sent = (wire: Wire, kind: (typeof bodyKinds)[number], fileBytes: number) => {
  const bytes = Buffer.concat(requestOf({ port: 80, path: "/up", wire, kind, fileBytes }))
  const headEnd = bytes.indexOf("\r\n\r\n")
  const [start, ...lines] = bytes.subarray(0, headEnd).toString().split("\r\n")
  return {
    start,
    headers: new Headers(lines.map((line) => line.split(/: (.*)/s, 2) as [string, string])),
    body: bytes.subarray(headEnd + 4),
  }
}

describe("requestOf", () => {
  it.each(bodyKinds.flatMap((kind) => [100, 300_000].map((bytes) => [kind, bytes] as const)))(
    "sends %s of %d bytes as a form that another reader reads the same",
    async (kind, bytes) => {
      const { start, headers, body } = sent("multipart", kind, bytes)
      expect(start).toBe("POST /up HTTP/1.1")
      expect(Number(headers.get("content-length"))).toBe(body.length)
      const form = await new Response(body, { headers }).formData()
      expect([...form.keys()]).toEqual(["upload"])
      const file = form.get("upload") as File
      expect(Buffer.from(await file.arrayBuffer()).equals(Buffer.concat(contentOf(kind, bytes)))).toBe(true)
    },
  )

  it.each(["plain", "tus"] as const)("sends nothing but the file's bytes to who takes them %s", (wire) => {
    const { headers, body } = sent(wire, "random", 70_000)
    expect(body.equals(Buffer.concat(contentOf("random", 70_000)))).toBe(true)
    expect(Number(headers.get("content-length"))).toBe(70_000)
    expect(headers.get("upload-length")).toBe(wire === "tus" ? "70000" : null)
  })

  it("only tells which file it is to who has it on a disk of its own", () => {
    const { headers, body } = sent("local", "random", 70_000)
    expect([headers.get("x-local-name"), headers.get("content-length"), body.length]).toEqual(["random-70000", "0", 0])
  })

  it("is one piece when it is small, and views of one block when it is large", () => {
    const request = { port: 80, path: "/", wire: "multipart", kind: "random" } as const
    expect(requestOf({ ...request, fileBytes: 20_480 })).toHaveLength(1)
    const pieces = requestOf({ ...request, fileBytes: 64 * 2 ** 20 })
    expect(new Set(pieces.map(({ buffer }) => buffer)).size).toBeLessThan(5)
  })
})
