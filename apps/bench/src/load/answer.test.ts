import { describe, expect, it } from "vitest"
import { readAnswer } from "./answer.js"

describe("readAnswer", () => {
  it.each([
    ["a length", 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}', 200],
    ["chunks", 'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{"ok":true}\r\n0\r\n\r\n', 201],
    ["no body and a length", "HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n", 413],
    ["no body", "HTTP/1.1 204 No Content\r\n\r\n", 204],
  ])("waits for the last byte of an answer with %s", (_, text, status) => {
    for (let cut = 0; cut < text.length; cut += 1) expect(readAnswer(text.slice(0, cut), false)).toBeUndefined()
    expect(readAnswer(text, false)?.status).toBe(status)
  })

  it("takes what the server sent until it hung up, when it did not say how much that is", () => {
    const text = "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\n\r\noh"
    expect(readAnswer(text, false)).toBeUndefined()
    expect(readAnswer(text, true)).toEqual({ status: 500, body: "oh" })
  })
})
