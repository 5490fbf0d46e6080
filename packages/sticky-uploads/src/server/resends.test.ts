import type { IncomingMessage } from "node:http"
import { afterEach, describe, expect, it, vi } from "vitest"
import { createResends, resendKey } from "./resends.js"

afterEach(() => void vi.useRealTimers())

import type { StickyToken } from "../core/token.js"

const throws = (error: unknown) => {
  throw error
}

/** Begins and ends uploads, and lists those whose files were removed as they came again. */
function start(onError: (error: unknown) => void = throws) {
  const resends = createResends(undefined, onError)
  const removed: string[] = []
  const discard = async (token: StickyToken) => void removed.push(token)
  return {
    resends,
    removed,
    acts: { cut: () => undefined, discard },
    async stage(key: string, name = key) {
      const turn = await resends.begin(key, { cut: () => undefined, discard })
      await turn.keep(name as StickyToken)
      turn.leave()
    },
  }
}

describe("createResends", () => {
  it("removes what came before under the same key, each time", async () => {
    const { stage, removed } = start()
    await stage("a", "first")
    await stage("b")
    await stage("a", "second")
    await stage("a", "third")
    expect(removed).toEqual(["first", "second"])
  })

  it("cuts off what still runs, which keeps nothing then and forgets nothing of the other", async () => {
    const { resends, stage, removed, acts } = start()
    let cuts = 0
    const cut = () => {
      cuts += 1
    }
    const first = await resends.begin("a", { ...acts, cut })
    await stage("a", "second")
    expect(cuts).toBe(1)
    expect(await first.keep("first" as StickyToken)).toBe(false)
    first.leave()
    await stage("a", "third")
    expect(removed).toEqual(["second"])
  })

  it("forgets what failed", async () => {
    const { resends, stage, acts } = start()
    let cuts = 0
    const cut = () => {
      cuts += 1
    }
    const failed = await resends.begin("a", { ...acts, cut })
    failed.leave()
    await stage("a")
    expect(cuts).toBe(0)
  })

  it("forgets after a quarter of an hour, and the oldest of more than ten thousand", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const { stage, removed } = start()
    await stage("old")
    vi.setSystemTime(Date.now() + 900_001)
    await stage("new")
    await stage("old")
    expect(removed).toEqual([])
    for (let count = 0; count < 10_000; count += 1) await stage(`${count}`)
    await stage("new")
    await stage("9999")
    expect(removed).toEqual(["9999"])
  })

  it("tells what could not be removed, and goes on", async () => {
    const errors: unknown[] = []
    const { resends, stage, removed, acts } = start((error) => errors.push(error))
    const turn = await resends.begin("a", { ...acts, discard: () => Promise.reject(new Error("read-only")) })
    expect(await turn.keep("first" as StickyToken)).toBe(true)
    await stage("a")
    await stage("a")
    expect([errors, removed]).toEqual([[new Error("read-only")], ["a"]])
  })
})

describe("resendKey", () => {
  const keyOf = (name: unknown, target = "a/b", person: object = { sub: "ann" }) =>
    resendKey({ headers: { "x-sticky-upload": name } } as unknown as IncomingMessage, target, person)

  it("is one for each name, field and person", () => {
    const keys = [
      keyOf("0.12345678"),
      keyOf("0.12345679"),
      keyOf("0.12345678", "a/c"),
      keyOf("0.12345678", "a/b", { sub: "bob" }),
      keyOf("0.12345678", "a/b", { by: "ann" }),
    ]
    expect(new Set(keys).size).toBe(5)
    expect(keys).not.toContain(undefined)
  })

  it.each([undefined, "", "0.12345", "x".repeat(65), "0.1234567\0x", ["0.12345678"]])("is none for %j", (name) => {
    expect(keyOf(name)).toBeUndefined()
  })
})
