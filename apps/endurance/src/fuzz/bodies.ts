import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import fc from "fast-check"
import { formPath, stagedKey, uploadPath } from "../site/places.js"
import { jsonOf, nameOf } from "../wire/answer.js"
import { chunk, head } from "../wire/request.js"
import { applyEdits, type Edit, edits } from "./edits.js"
import { type Fuzzer, onGround } from "./fuzzer.js"
import { expectOutcome, person } from "./ground.js"

const latin1 = (text: string) => Buffer.from(text, "latin1")

/** Bytes that have it in for a reader of this boundary, but hold none of its delimiters. */
const content = (boundary: string) => {
  const delimiter = `\r\n--${boundary}`
  const piece = fc.oneof(
    fc.constantFrom("\r", "\n", "\r\n", "\r\r\n", "\r\n-", "\r\n--", "-", "--", "\0", '"', "Content-Disposition: "),
    fc.nat({ max: delimiter.length - 1 }).map((length) => delimiter.slice(0, length)),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    fc.nat({ max: 5000 }).map((count) => "\r\n".repeat(count)),
    fc.nat({ max: 70_000 }).map((count) => "x".repeat(count)),
  )
  return fc
    .array(piece, { maxLength: 8 })
    .map((pieces) => latin1(`x${pieces.join("")}`))
    .filter((bytes) => !bytes.includes(delimiter))
}

const name = fc.stringMatching(/^[a-z]{1,10}$/).filter((each) => each !== "upload")
const filename = fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => text.replace(/["\\\r\n%]/g, "_"))

/** How a body's length is said: rightly, in chunks, or wrongly. */
const framing = fc.constantFrom("length", "length", "chunks", "chunks", "longer", "shorter", "broken chunks")

const aCase = fc.stringMatching(/^[0-9A-Za-z'()+_,./:=?-]{1,70}$/).chain((boundary) =>
  fc.record({
    boundary: fc.constant(boundary),
    path: fc.constantFrom(uploadPath, formPath),
    before: fc.array(fc.tuple(name, fc.string({ unit: "grapheme", maxLength: 60 })), { maxLength: 4 }),
    filename,
    content: content(boundary),
    edits: fc.oneof(fc.constant<Edit[]>([]), edits),
    framing,
    cuts: fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 4 }),
    contentType: fc.oneof(
      { weight: 12, arbitrary: fc.constant(`multipart/form-data; boundary="${boundary}"`) },
      { weight: 1, arbitrary: fc.stringMatching(/^[ -~]{0,80}$/).map((text) => `multipart/form-data; ${text}`) },
    ),
  }),
)
type Case = typeof aCase extends fc.Arbitrary<infer T> ? T : never

const mostPieces = 64
const disposition = 'Content-Disposition: form-data; name="'

function bodyOf({ boundary, path, before, filename, content }: Case): Buffer {
  // A form needs its title; at the endpoint it is a field like others.
  const texts = path === formPath ? [["title", "A title"] as const] : before
  const written = texts.map(
    ([name, text]) => `--${boundary}\r\n${disposition}${name}"\r\n\r\n${text.replaceAll("\r\n", "\n")}\r\n`,
  )
  const file = `--${boundary}\r\n${disposition}upload"; filename="${filename}"\r\n\r\n`
  return Buffer.concat([Buffer.from(written.join("") + file), content, latin1(`\r\n--${boundary}--\r\n`)])
}

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const cut: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = cut.length === mostPieces - 1 ? bytes.length : (cuts[cut.length % cuts.length] as number)
    cut.push(bytes.subarray(at, at + size))
    at += size
  }
  return cut
}

function requestOf(one: Case, body: Buffer): { pieces: Buffer[]; ends: boolean } {
  const { framing, contentType, path } = one
  const isChunked = framing.endsWith("chunks")
  const wrong = framing === "longer" ? 100 : framing === "shorter" ? -Math.min(100, body.length) : 0
  const length = isChunked ? { "Transfer-Encoding": "chunked" } : { "Content-Length": body.length + wrong }
  const first = Buffer.from(head("POST", path, { ...person, "Content-Type": contentType.trim(), ...length }), "latin1")
  const cut = pieces(body, one.cuts)
  const sent = isChunked ? [...cut.map(chunk), chunk(Buffer.alloc(0))] : cut
  if (framing === "broken chunks") sent.splice(sent.length >> 1, 0, Buffer.from("no length\r\n"))
  return { pieces: [first, ...sent], ends: framing === "longer" || framing === "broken chunks" }
}

const common = ["400 multipart_malformed", "413 multipart_limit", "415 content_type_unsupported"]
const ofEndpoint = new Set([...common, "200 accepted", "200 file_empty", "400 upload_missing", "400 too_many_files"])
const ofForm = new Set([...common, "200", "422 form_invalid", "400 field_name_refused", "400 too_many_files"])
// What Node itself says of a body that is cut off or not framed as HTTP has it, or it hangs up.
const ofNode = ["400", "closed", "400 upload_aborted"]

export const bodies: Fuzzer = {
  name: "multipart bodies",
  property: onGround(aCase, async (ground, one) => {
    const whole = bodyOf(one)
    const body = applyEdits(whole, one.edits)
    const { pieces, ends } = requestOf(one, body)
    const outcome = await ground.try(pieces, ends)
    const isFramed = one.framing === "length" || one.framing === "chunks"
    const isWellFormed = body.equals(whole) && isFramed && one.contentType.endsWith(`"${one.boundary}"`)
    const isForm = one.path === formPath
    if (isWellFormed) expectOutcome(outcome, new Set([isForm ? "200" : "200 accepted"]))
    else expectOutcome(outcome, new Set([...(isForm ? ofForm : ofEndpoint), ...(isFramed ? [] : ofNode)]))
    const sha256 = createHash("sha256").update(one.content).digest("hex")
    const said = typeof outcome === "string" ? {} : jsonOf(outcome)
    if (nameOf(outcome) === "200 accepted") {
      const token = String(said.stored)
      const stored = await readFile(join(ground.stagedDirectory, stagedKey(token)))
      if (isWellFormed && !stored.equals(one.content)) throw new Error("other bytes are stored than were sent")
      if (!body.includes(stored)) throw new Error("bytes are stored that were never sent in this order")
      await ground.discard(token, person["X-User"])
    }
    if (isWellFormed && isForm && said.sha256 !== sha256) throw new Error("other bytes are kept than were sent")
    // A form that is shown again has the token of its file.
    const { files = {} } = said as { files?: Record<string, { token: string }[]> }
    for (const { token } of Object.values(files).flat()) await ground.discard(token, person["X-User"])
  }),
}
