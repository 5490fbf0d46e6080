import { createHash, randomBytes } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Asking, Said } from "../src/forms/ask.js"
import { sha256Of, sweepAll, unowned } from "../src/forms/check.js"
import { endLeases } from "../src/forms/leases.js"
import { type Name, names } from "../src/forms/pair.js"
import { heldTitle } from "../src/forms/server.js"
import { Cut } from "../src/kills/wire.js"
import { openConnection } from "../src/wire/connection.js"
import { formRequest } from "../src/wire/request.js"
import { type Several, startSeveral } from "./support/several.js"

const secret = "a secret of more than thirty-two bytes"
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const other = (name: Name): Name => (name === "a" ? "b" : "a")

describe.each([
  ["a directory", "directory"],
  ["a bucket", "s3"],
] as const)("P12: two processes behind nginx that share %s", { timeout: 120_000 }, (_, storage) => {
  let several: Several
  let ask: Asking
  beforeAll(async () => {
    several = await startSeveral(storage, secret)
    ask = several.as("ann")
    // A server may have to be installed.
  }, 120_000)
  afterAll(() => several?.stop())

  async function upload(bytes: Uint8Array = randomBytes(1000)): Promise<{ token: string; by: string }> {
    const { token, by } = await ask.upload(bytes)
    return { token: token as string, by }
  }

  /** The first of the two that says so. */
  const whoSays = (beginning: string): Promise<Name> =>
    Promise.race(
      names.map((name) =>
        several.pair
          .server(name)
          .says(beginning)
          .then(() => name),
      ),
    )

  const kept = ({ row }: Said) => sha256Of(several.storages.uploads, row?.key ?? "none")
  const titles = async () => (await several.rows.all()).map(({ title }) => title)

  it("picks at one, fails at the other, and submits at either", async () => {
    const turns: string[] = []
    for (const fails of [1, 2, 1, 2]) {
      const bytes = randomBytes(200_000)
      const { token, by } = await upload(bytes)
      for (let turn = 0; turn < fails; turn += 1) expect((await ask.post("", token)).codes).toEqual(["too_small"])
      const accepted = await ask.call("a title", token)
      expect(await kept(accepted)).toBe(hashOf(bytes))
      turns.push(`${by} ${accepted.by}`)
    }
    // Each request goes to the next process, so that all four ways come up.
    expect(turns.sort()).toEqual(["a a", "a b", "b a", "b b"])
  })

  it("submits one token at both at once: one accepts it, the other says so at the field, and there is one row", async () => {
    for (let round = 1; round <= 10; round += 1) {
      const { token } = await upload()
      const said = await Promise.all([ask.call(`race ${round}`, token), ask.call(`race ${round}`, token)])
      expect(said.map(({ by }) => by).sort()).toEqual(["a", "b"])
      const [won, lost] = said.sort((one, next) => one.status - next.status)
      expect([won.status, lost.status]).toEqual([200, 400])
      expect(lost.codes).toEqual([expect.stringMatching(/^token_(busy|used)$/)])
      expect((await ask.post(`race ${round}`, token)).codes).toEqual(["token_used"])
      expect((await titles()).filter((title) => title === `race ${round}`)).toHaveLength(1)
    }
  })

  it("loses one in the middle of an upload: nothing of it is kept, and the other takes the file", async () => {
    const bytes = randomBytes(3_000_000)
    const began = whoSays("POST /sticky")
    const connection = await openConnection(several.pair.port)
    const file = { name: "upload", filename: "a", bytes }
    const request = formRequest("/sticky/create/upload", [file], { "X-User": "ann" })
    await connection.send(request.subarray(0, request.length / 2))
    const killed = await began
    await several.pair.server(killed).kill()
    expect(await connection.answer(10)).toMatchObject({ status: 502 })
    connection.destroy()
    const taken = await upload(bytes)
    expect(taken.by).toBe(other(killed))
    expect(await kept(await ask.call("picked again", taken.token))).toBe(hashOf(bytes))
    await several.restart(killed, secret)
  })

  it("loses one in the middle of a submit: the file is held for a minute, and then the other accepts it, once", async () => {
    const bytes = randomBytes(100_000)
    const { token } = await upload(bytes)
    const began = whoSays(heldTitle)
    const cut = expect(ask.call(heldTitle, token)).rejects.toBeInstanceOf(Cut)
    const killed = await began
    await several.pair.server(killed).kill()
    await cut
    expect(await ask.call("again", token)).toMatchObject({ codes: ["token_busy"], by: other(killed) })
    // It is as good as it was: what is wrong is the title.
    expect((await ask.call("", token)).codes).toEqual(["too_small"])
    // In a bucket that takes the minute: `npm run forms -- --storage s3` waits for it.
    const isOver = storage === "directory"
    if (isOver) {
      await endLeases(several.ground)
      const accepted = await ask.call("again", token)
      expect([accepted.by, await kept(accepted)]).toEqual([other(killed), hashOf(bytes)])
      expect((await ask.call("again", token)).codes).toEqual(["token_used"])
    }
    expect((await titles()).filter((title) => [heldTitle, "again"].includes(title))).toEqual(isOver ? ["again"] : [])
  })

  it("leaves nothing that is nobody's after a sweep", async () => {
    const { orphans } = await sweepAll(several.rows, several.storages)
    expect(orphans).toBe(1)
    expect(await unowned(several.rows, several.storages)).toEqual([])
    expect(several.pair.errors).toEqual([])
  })
})
