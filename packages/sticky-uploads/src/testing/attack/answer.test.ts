import { describe, expect, it } from "vitest"
import { readAnswer } from "./answer.js"

const read = (text: string, isEnded = false) => {
  const found = readAnswer(Buffer.from(text), isEnded)
  return found && { ...found.answer, rest: found.rest.toString() }
}

describe("readAnswer", () => {
  it("takes an answer of a said length, and leaves what follows", () => {
    expect(read("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nX-A:  b \r\n\r\nnoHTTP")).toEqual({
      status: 413,
      headers: { "content-length": "2", "x-a": "b" },
      body: "no",
      rest: "HTTP",
    })
  })

  it("puts chunks together", () => {
    const chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nyes\r\nA\r\n, it is so\r\n0\r\n\r\nrest"
    expect(read(chunked)).toMatchObject({ body: "yes, it is so", rest: "rest" })
    for (let at = 1; at < chunked.length - 4; at += 1) expect(read(chunked.slice(0, at))).toBeUndefined()
  })

  it("takes no body where there is none", () => {
    expect(read("HTTP/1.1 204 No Content\r\n\r\nHTTP")).toMatchObject({ status: 204, body: "", rest: "HTTP" })
    expect(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).toMatchObject({ status: 200, body: "" })
  })

  it("passes an interim answer over", () => {
    expect(read("HTTP/1.1 100 Continue\r\n\r\n")).toBeUndefined()
    expect(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")).toMatchObject({
      status: 200,
    })
  })

  it("waits for the end of the connection where an answer does not say how long it is", () => {
    const open = "HTTP/1.0 400 Bad Request\r\n\r\nno"
    expect(read(open)).toBeUndefined()
    expect(read(open, true)).toMatchObject({ status: 400, body: "no", rest: "" })
  })
})
