import { readdir } from "node:fs/promises"
import { setTimeout as wait } from "node:timers/promises"
import { archivePath, isMarker } from "../site/places.js"
import { quiet } from "../site/quiet.js"
import { type Site, startSite } from "../site/start-site.js"
import { median } from "../soak/median.js"
import { jsonOf, nameOf, type Outcome } from "../wire/answer.js"
import { openConnection } from "../wire/connection.js"
import { head, multipart, multipartType } from "../wire/request.js"
import { startDrip } from "./start-drip.js"

export interface SlowOptions {
  /** Uploads that get one byte a second. */
  connections: number
  /** How often the good one is measured alone, and then beside them. */
  turns: number
  /** Good uploads in each. */
  rounds: number
  fileBytes: number
}

export interface Slow {
  /** How long each good upload took. */
  aloneMs: readonly number[]
  besideMs: readonly number[]
  /** Of the server, with all connections held. */
  rssBytes: number
  /** How much of a core the slow uploads alone take of the server. */
  coreShare: number
  /** What was wrong; nothing in a run that passed. */
  faults: readonly string[]
}

const pieceBytes = 1_048_576
const answerSeconds = 60

/** Uploads one file as fast as it goes, discards it, and tells how long the upload took. */
async function timed(site: Site, body: Buffer): Promise<number> {
  const headers = { "X-User": "good", "Content-Type": multipartType, "Content-Length": body.length }
  const connection = await openConnection(site.port)
  const expect = (outcome: Outcome, name: string) => {
    if (typeof outcome === "string" || nameOf(outcome) !== name)
      throw new Error(`a good upload was answered ${nameOf(outcome)}, not ${name}`)
    return outcome
  }
  try {
    const began = performance.now()
    await connection.send(head("POST", archivePath, headers))
    for (let at = 0; at < body.length; at += pieceBytes) await connection.send(body.subarray(at, at + pieceBytes))
    const { stored } = jsonOf(expect(await connection.answer(answerSeconds), "200 accepted"))
    const took = performance.now() - began
    await connection.send(head("DELETE", archivePath, { "X-User": "good", "X-Sticky-Token": String(stored) }))
    expect(await connection.answer(answerSeconds), "204")
    return took
  } finally {
    connection.destroy()
  }
}

/** How much of a core a site takes just now. */
async function coreShareOf(site: Site): Promise<number> {
  const [{ cpuSeconds: before }, began] = [await site.look(), performance.now()]
  await wait(2000)
  const { cpuSeconds: after } = await site.look()
  return (after - before) / ((performance.now() - began) / 1000)
}

/** Times a good upload alone and beside many slow ones, by turns, and says what else became of it. */
export async function slow({ connections, turns, rounds, fileBytes }: SlowOptions): Promise<Slow> {
  // Quotas and times as they are by default: slow clients of many people are what they let in.
  const site = await startSite({})
  const faults: string[] = []
  const aloneMs: number[] = []
  const besideMs: number[] = []
  const coreShares: number[] = []
  let rssBytes = 0
  try {
    const { openFiles } = await site.look()
    const body = multipart([{ name: "upload", filename: "large.bin", bytes: Buffer.alloc(fileBytes, "0123456789") }])
    const measure = async (into: number[]) => {
      for (let round = 0; round < rounds; round += 1) into.push(await timed(site, body))
    }
    // The first one finds code that was never run.
    await timed(site, body)
    for (let turn = 0; turn < turns; turn += 1) {
      await measure(aloneMs)
      const drip = await startDrip(site.port, connections)
      await measure(besideMs)
      coreShares.push(await coreShareOf(site))
      const { held, ended } = await drip.look()
      if (held !== connections) faults.push(`${connections - held} slow uploads were not held: ${[...new Set(ended)]}`)
      rssBytes = Math.max(rssBytes, (await site.look()).rssBytes)
      await drip.stop()
      const after = await quiet(site, openFiles.length)
      if (after.openFiles.length !== openFiles.length)
        faults.push(`${openFiles.length} open files became ${after.openFiles.length}: ${after.openFiles}`)
    }
    faults.push(...(await site.look()).errors.map((error) => `the server says: ${error}`))
    for (const key of await readdir(site.stagedDirectory)) if (!isMarker(key)) faults.push(`${key} was left behind`)
    return { aloneMs, besideMs, rssBytes, coreShare: median(coreShares), faults }
  } finally {
    await site.stop()
  }
}
