import { readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { claimsOf, isMarker, uploadPath } from "../site/places.js"
import type { Look } from "../site/site-process.js"
import { type Site, startSite } from "../site/start-site.js"
import { jsonOf, nameOf, type Outcome } from "../wire/answer.js"
import { type Connection, openConnection } from "../wire/connection.js"
import { formRequest, head } from "../wire/request.js"

export const person = { "X-User": "ann" }

/** The server that cases are tried on, and what has to hold after each of them. */
export interface Ground {
  readonly stagedDirectory: string
  /** Sends a request in pieces, on a connection of its own, and says how it ended. `ends` says that nothing follows. */
  try(pieces: readonly Uint8Array[], ends?: boolean): Promise<Outcome>
  /** Sends a whole request on a connection that is kept, for cases that are right as far as HTTP goes. */
  ask(request: Uint8Array | string): Promise<Outcome>
  /** Uploads a file as anybody would, and gives its token. */
  upload(path: string, bytes: Uint8Array, user: string): Promise<string>
  /** Discards what a token stands for, at the field that it is of. */
  discard(token: string, user: string): Promise<Outcome>
  /**
   * Makes sure that the server is as it was: alive, its prototypes untouched, its memory bounded, nothing of its own gone
   * wrong, no file left behind, and the next good upload taken.
   * @throws Error that says what is wrong.
   */
  check(): Promise<void>
  /** Goes on with another server, which nothing has happened to. */
  renew(): Promise<void>
  stop(): Promise<void>
}

// As long as any answer may take, on a machine that has other things to do; a case that hangs is found in this time.
const answerSeconds = 20
const goneSeconds = 5
const mostRssBytes = 512 * 1_048_576

export async function openGround(): Promise<Ground> {
  let site: Site
  let before: Look
  let kept: Connection

  async function start(): Promise<void> {
    site = await startSite({ quotas: { uploadsPerMinute: false, waitingBytes: false }, idleSeconds: 5 })
    before = await site.look()
    kept = await openConnection(site.port)
  }

  async function ask(request: Uint8Array | string): Promise<Outcome> {
    if (!kept.isOpen) kept = await openConnection(site.port)
    await kept.send(request)
    const outcome = await kept.answer(answerSeconds)
    if (typeof outcome === "string" || outcome.isLast) kept.destroy()
    return outcome
  }

  async function upload(path: string, bytes: Uint8Array, user: string): Promise<string> {
    const outcome = await ask(formRequest(path, [{ name: "upload", filename: "good.bin", bytes }], { "X-User": user }))
    const { stored } = typeof outcome === "string" ? {} : jsonOf(outcome)
    if (typeof stored !== "string") throw new Error(`a good upload is answered ${nameOf(outcome)}`)
    return stored
  }

  const discard = (token: string, user: string) =>
    ask(head("DELETE", `/sticky/${claimsOf(token).aud}`, { "X-User": user, "X-Sticky-Token": token }))

  /** The files that wait; the marks of used ones are cleared away, as they are nobody's leavings. */
  async function leavings(): Promise<string[]> {
    const keys = await readdir(site.stagedDirectory)
    const marks = keys.filter(isMarker)
    await Promise.all(marks.map((key) => rm(join(site.stagedDirectory, key), { force: true })))
    return keys.filter((key) => !marks.includes(key))
  }

  async function check(): Promise<void> {
    const look = await site.look()
    const [error] = look.errors
    if (error !== undefined) throw new Error(`the server says: ${error}`)
    if (look.prototypes !== before.prototypes) throw new Error("a prototype that all objects share was changed")
    if (look.rssBytes > mostRssBytes) throw new Error(`the server takes ${look.rssBytes} bytes of memory`)
    // A client that hangs up is not waited for: its file goes a moment later.
    for (let left = goneSeconds * 50; (await leavings()).length > 0; left -= 1) {
      if (left === 0) throw new Error(`left behind: ${await leavings()}`)
      await wait(20)
    }
    const gone = nameOf(await discard(await upload(uploadPath, Buffer.from("good"), "good"), "good"))
    if (gone !== "204") throw new Error(`a good discard is answered ${gone}`)
  }

  await start()
  return {
    get stagedDirectory() {
      return site.stagedDirectory
    },
    async try(pieces, ends = false) {
      const connection = await openConnection(site.port)
      for (const piece of pieces) {
        await connection.send(piece)
        // So that what is cut arrives cut.
        if (pieces.length > 2) await new Promise(setImmediate)
      }
      if (ends) connection.end()
      const outcome = await connection.answer(answerSeconds)
      connection.destroy()
      return outcome
    },
    ask,
    upload,
    discard,
    check,
    async renew() {
      await site.stop()
      await start()
    },
    stop: () => site.stop(),
  }
}

/** @throws Error when an outcome is none of those that a client has to expect. */
export function expectOutcome(outcome: Outcome, expected: ReadonlySet<string>): void {
  if (!expected.has(nameOf(outcome))) throw new Error(`answered ${nameOf(outcome)}`)
}
