import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nameOf, takeAnswer } from "./answer.js"

const answers = [
  'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"is_valid":true}',
  "HTTP/1.1 204 No Content\r\n\r\n",
  "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
  'HTTP/1.1 413 Payload Too Large\r\nContent-Length: 25\r\n\r\n{"code":"body_too_large"}',
  'HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n1e\r\n{"error":{"data":{"codes":["to\r\nd\r\nken_used"]}}}\r\n0\r\n\r\n',
]
const names = ["200 accepted", "204", "400", "413 body_too_large", "400 token_used"]

describe("takeAnswer", () => {
  it("reads answers one after another, wherever what arrives is cut", () => {
    const bytes = Buffer.from(answers.join(""))
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (cuts) => {
        const seen: string[] = []
        let received = Buffer.alloc(0)
        let at = 0
        for (const end of [...cuts.sort((a, b) => a - b), bytes.length]) {
          received = Buffer.concat([received, bytes.subarray(at, end)])
          at = end
          for (let taken = takeAnswer(received); taken; taken = takeAnswer(received)) {
            seen.push(nameOf(taken.answer))
            received = Buffer.from(taken.rest)
          }
        }
        expect(seen).toEqual(names)
      }),
    )
  })
})
