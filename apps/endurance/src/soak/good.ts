import { createHash } from "node:crypto"
import { callPath, formPath, uploadPath } from "../site/places.js"
import { jsonOf } from "../wire/answer.js"
import { chunk, formRequest, head, multipart, multipartType } from "../wire/request.js"
import type { Visitor } from "./visitor.js"

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

/** A file that someone has: mostly small, now and then of more than a mebibyte. */
export function someFile({ random }: Visitor): Buffer {
  return random.bytes(random.integer(1, 20) === 1 ? random.integer(1_000_000, 1_900_000) : random.integer(1, 60_000))
}

/** The pieces of an upload, with the body's length said or sent in chunks. */
function uploadPieces({ random, headers }: Visitor, bytes: Uint8Array, pieces: number): Buffer[] {
  const body = multipart([{ name: "upload", filename: "a file.bin", bytes }])
  const isChunked = random.integer(1, 2) === 1
  const length = isChunked ? { "Transfer-Encoding": "chunked" } : { "Content-Length": body.length }
  const size = Math.ceil(body.length / pieces)
  const cut = Array.from({ length: Math.ceil(body.length / size) }, (_, at) =>
    body.subarray(at * size, (at + 1) * size),
  )
  const first = Buffer.from(head("POST", uploadPath, { ...headers, "Content-Type": multipartType, ...length }))
  return isChunked ? [first, ...cut.map(chunk), chunk(Buffer.alloc(0))] : [first, ...cut]
}

/** Uploads a file and gives its token, which the ledger knows from now on. */
async function upload(visitor: Visitor, what: string, bytes: Uint8Array, pieces: number, pauseSeconds: number) {
  const open = await visitor.connection()
  for (const piece of uploadPieces(visitor, bytes, pieces)) {
    await open.send(piece)
    if (pauseSeconds > 0) await visitor.pause(pauseSeconds)
  }
  const answer = await visitor.hear(what, open, ["200 accepted"])
  const { stored, size } = answer ? jsonOf(answer) : {}
  if (typeof stored !== "string") return undefined
  visitor.ledger.holds(stored)
  if (size !== bytes.length) visitor.ledger.complain(`${what}: ${size} bytes, not ${bytes.length}`)
  return stored
}

function checkBytes({ ledger }: Visitor, what: string, said: unknown, bytes: Uint8Array): void {
  if (said !== sha256(bytes)) ledger.complain(`${what}: other bytes than those that were sent`)
}

async function submitForm(visitor: Visitor, token: string, bytes: Uint8Array): Promise<void> {
  const parts = [
    { name: "title", text: "A title" },
    { name: "_upload", text: token },
  ]
  const answer = await visitor.ask("submit a token by form", formRequest(formPath, parts, visitor.headers), ["200"])
  if (answer?.status !== 200) return
  visitor.ledger.spent(token)
  checkBytes(visitor, "submit a token by form", jsonOf(answer).sha256, bytes)
}

function callRequest(token: string, headers: Readonly<Record<string, string>>): string {
  const body = JSON.stringify({ title: "A title", upload: token })
  const all = { ...headers, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }
  return head("POST", callPath, all) + body
}

async function submitCall(visitor: Visitor, token: string, bytes: Uint8Array): Promise<void> {
  const answer = await visitor.ask("submit a token by tRPC", callRequest(token, visitor.headers), ["200"])
  if (answer?.status !== 200) return
  visitor.ledger.spent(token)
  const { data } = jsonOf(answer).result as { data: { sha256: string } }
  checkBytes(visitor, "submit a token by tRPC", data.sha256, bytes)
}

/** A form without JavaScript that fails first, and keeps its file. */
async function mend(visitor: Visitor): Promise<void> {
  const bytes = someFile(visitor)
  const parts = [
    { name: "title", text: "" },
    { name: "upload", filename: "a file.bin", bytes },
  ]
  const answer = await visitor.ask("a form without its title", formRequest(formPath, parts, visitor.headers), [
    "422 form_invalid",
  ])
  const { files } = (answer ? jsonOf(answer) : {}) as { files?: { upload?: { token: string }[] } }
  const token = files?.upload?.[0]?.token
  if (token === undefined) return visitor.ledger.complain("a form without its title: it lost its file")
  visitor.ledger.holds(token)
  await visitor.pause(0.5)
  await submitForm(visitor, token, bytes)
}

async function discard({ ask, ledger, headers }: Visitor, token: string): Promise<void> {
  const request = head("DELETE", uploadPath, { ...headers, "X-Sticky-Token": token })
  const answer = await ask("discard", request, ["204"])
  if (answer?.status === 204) ledger.spent(token)
}

const raced = ["200", "400 token_used", "400 token_busy"]

/** Two submits of one token at once: one wins. */
async function race(visitor: Visitor, token: string): Promise<void> {
  const { ledger, headers } = visitor
  const other = visitor.twin()
  const outcomes = await Promise.all(
    [visitor, other].map((each) => each.ask("race", callRequest(token, headers), raced)),
  )
  other.leave()
  const won = outcomes.filter((answer) => answer?.status === 200).length
  if (won !== 1) ledger.complain(`race: ${won} of two submits of one token succeeded`)
  ledger.spent(token)
}

const endings = ["form", "form", "call", "call", "mend", "discard", "abandon", "replay", "race"] as const

/** Somebody who uploads a file and then does with it what people do. */
export async function visitWell(visitor: Visitor): Promise<void> {
  const ending = visitor.random.pick(endings)
  if (ending === "mend") return mend(visitor)
  const bytes = someFile(visitor)
  const token = await upload(visitor, "upload", bytes, visitor.random.integer(1, 8), 0)
  if (token === undefined) return
  await visitor.pause(visitor.random.integer(1, 10) / 10)
  if (ending === "discard") await discard(visitor, token)
  else if (ending === "abandon") visitor.ledger.abandoned(token)
  else if (ending === "race") await race(visitor, token)
  else if (ending === "call") await submitCall(visitor, token, bytes)
  else await submitForm(visitor, token, bytes)
  if (ending === "replay") await visitor.ask("replay", callRequest(token, visitor.headers), ["400 token_used"])
}

/** Somebody on a slow line. */
export async function visitSlowly(visitor: Visitor): Promise<void> {
  const bytes = someFile(visitor)
  const token = await upload(visitor, "slow upload", bytes, visitor.random.integer(5, 40), 0.5)
  if (token !== undefined) await submitForm(visitor, token, bytes)
}
