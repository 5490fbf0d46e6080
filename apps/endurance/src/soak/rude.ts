import { formPath, uploadPath } from "../site/places.js"
import type { Connection } from "../wire/connection.js"
import { head, multipart, multipartType } from "../wire/request.js"
import { someFile } from "./good.js"
import type { Visitor } from "./visitor.js"

/** Sends a request to somewhere before its end: in its head, in a part's head, in its file or in its last boundary. */
async function sendSome(visitor: Visitor, leastBytes: (headBytes: number) => number): Promise<Connection> {
  const { random, headers } = visitor
  const body = multipart([
    { name: "title", text: "A title" },
    { name: "upload", filename: "a file.bin", bytes: someFile(visitor) },
  ])
  const all = { ...headers, "Content-Type": multipartType, "Content-Length": body.length }
  const first = head("POST", random.pick([uploadPath, formPath]), all)
  const request = Buffer.concat([Buffer.from(first), body])
  const open = await visitor.connection()
  await open.send(request.subarray(0, random.integer(leastBytes(first.length), request.length - 5)))
  return open
}

/** Somebody who is gone in the midst of it, says that nothing follows, or says nothing any more. */
export async function visitRudely(visitor: Visitor): Promise<void> {
  const { random, ledger } = visitor
  const how = random.pick(["leaves", "leaves", "ends", "stalls"])
  if (how === "leaves") {
    const open = await sendSome(visitor, () => 1)
    await visitor.pause(random.integer(0, 5) / 10)
    open.destroy()
    ledger.note("leave", "left", ["left"])
  } else if (how === "ends") {
    const open = await sendSome(visitor, (headBytes) => headBytes)
    open.end()
    // Node itself answers a body that was cut, or hangs up.
    await visitor.hear("end", open, ["400", "closed", "400 upload_aborted", "400 multipart_malformed"])
    open.destroy()
  } else {
    const open = await sendSome(visitor, (headBytes) => headBytes)
    await visitor.hear("stall", open, ["408 upload_timeout"])
    open.destroy()
  }
}
