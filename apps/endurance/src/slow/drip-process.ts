import { setTimeout as wait } from "node:timers/promises"
import { uploadPath } from "../site/places.js"
import { nameOf } from "../wire/answer.js"
import { type Connection, openConnection } from "../wire/connection.js"
import { head, multipart, multipartType } from "../wire/request.js"

/** What the slow clients say once all of them are there, and whenever they are asked. */
export interface Drip {
  held: number
  /** What became of those that are no longer held. */
  ended: string[]
}

const [, , port = "", count = ""] = process.argv
const total = Number(count)
// Longer than anyone listens here.
const answerSeconds = 3600
const body = multipart([{ name: "upload", filename: "slow.bin", bytes: Buffer.alloc(10_000, "x") }])
const ended: string[] = []

/** One upload that says how long it is and sends one byte a second of it; its file has begun before anyone counts it. */
async function hold(at: number): Promise<Connection> {
  const headers = { "X-User": `slow-${at}`, "Content-Type": multipartType, "Content-Length": body.length }
  const connection = await openConnection(Number(port))
  let sent = body.indexOf("\r\n\r\n") + 5
  await connection.send(head("POST", uploadPath, headers))
  await connection.send(body.subarray(0, sent))
  setInterval(() => {
    void connection.send(body.subarray(sent, sent + 1))
    sent += 1
  }, 1000)
  void connection.answer(answerSeconds).then((outcome) => ended.push(nameOf(outcome)))
  return connection
}

const tell = () => process.send?.({ held: total - ended.length, ended } satisfies Drip)
process.on("message", tell)
process.on("disconnect", () => process.exit())
process.on("SIGINT", () => undefined)

for (let at = 0; at < total; at += 1) {
  await hold(at)
  // Spread over the second, as they would be.
  if (at % Math.ceil(total / 100) === 0) await wait(10)
}
tell()
