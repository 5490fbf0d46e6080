import { rm } from "node:fs/promises"
import { join } from "node:path"
import { type Asking, asking } from "../../src/forms/ask.js"
import { type Ground, rowsOf, type Storages, storagesOf } from "../../src/forms/ground.js"
import { openGround, type StorageKind } from "../../src/forms/open-ground.js"
import { type Name, names, type Pair } from "../../src/forms/pair.js"
import { openRows, type Rows } from "../../src/forms/rows.js"
import { bundle } from "./bundle.js"

/** Two processes of one app behind nginx, and what they share. */
export interface Several {
  ground: Ground
  storages: Storages
  rows: Rows
  pair: Pair
  /** Somebody at a page of theirs. */
  as(user?: string): Asking
  /** Kills one and starts it anew. */
  restart(name: Name, ...secrets: string[]): Promise<void>
  stop(): Promise<void>
}

/** Starts both with one secret. @param redis the socket of one in which they count uploads. */
export async function startSeveral(storage: StorageKind, secret: string, redis?: string): Promise<Several> {
  const programs = await bundle("forms/pair", "forms/server-process")
  const { openPair } = (await import(join(programs, "pair.js"))) as typeof import("../../src/forms/pair.js")
  const { ground, close } = await openGround(storage)
  const pair = await openPair(ground, redis)
  await Promise.all(names.map((name) => pair.start(name, { secrets: [secret] })))
  return {
    ground,
    storages: await storagesOf(ground),
    rows: await openRows(rowsOf(ground)),
    pair,
    as: (user) => asking(`http://127.0.0.1:${pair.port}`, user),
    async restart(name, ...secrets) {
      await pair.server(name).kill()
      await pair.start(name, { secrets })
    },
    async stop() {
      await pair.stop()
      await close()
      await rm(programs, { recursive: true, force: true })
    },
  }
}
