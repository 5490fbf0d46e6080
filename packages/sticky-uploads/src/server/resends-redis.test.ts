import { type RedisServer, startRedis } from "@sticky-uploads/services"
import { Redis } from "ioredis"
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest"
import type { StickyToken } from "../core/token.js"
import { createResends } from "./resends.js"
import { createSharedNames } from "./shared-names.js"

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
  // Redis may have to be installed.
}, 120_000)
afterAll(() => redis?.stop())

/** One process, as Redis sees it. */
function open(prefix: string) {
  const client = new Redis({ path: redis.path, retryStrategy: () => 20 })
  // What ioredis has to say of a Redis that is gone belongs to the app.
  client.on("error", () => undefined)
  onTestFinished(() => client.disconnect())
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const resends = createResends(createSharedNames(client, { prefix, seconds: 900, onError }), onError)
  const discarded: string[] = []
  async function begin(key: string) {
    const discard = async (token: StickyToken) => void discarded.push(token)
    const turn = await resends.begin(key, { cut: () => undefined, discard })
    await turn.start()
    return turn
  }
  async function stage(key: string, token: string) {
    const turn = await begin(key)
    return turn.keep(token as StickyToken).finally(turn.leave)
  }
  return { client, errors, discarded, begin, stage }
}

describe("createResends with Redis", () => {
  it("discards what waits under the same name at another process", async () => {
    const [here, there] = [open("waits"), open("waits")]
    expect(await here.stage("a", "first")).toBe(true)
    expect(await there.stage("b", "other")).toBe(true)
    expect(await there.stage("a", "second")).toBe(true)
    expect([here.discarded, there.discarded]).toEqual([[], ["first"]])
    // Here the first is still known; to remove it again removes nothing.
    await here.stage("a", "third")
    expect(here.discarded).toEqual(["first", "second"])
  })

  it("keeps nothing of one that ends after another of its name has begun elsewhere", async () => {
    const [here, there] = [open("late"), open("late")]
    const first = await here.begin("a")
    const second = await there.begin("a")
    expect(await first.keep("first" as StickyToken)).toBe(false)
    expect(await second.keep("second" as StickyToken)).toBe(true)
    expect(await here.stage("a", "third")).toBe(true)
    expect([here.discarded, there.discarded]).toEqual([["second"], []])
  })

  it("keeps one that ran for longer than its name is known", async () => {
    const { client, begin } = open("long")
    const turn = await begin("a")
    await client.flushall()
    expect(await turn.keep("first" as StickyToken)).toBe(true)
  })

  it("tells nobody who reads Redis whose upload it was, and forgets it after a quarter of an hour", async () => {
    const { client, stage } = open("hashed")
    await stage("submission.create/upload\0subject ann\x000.123", "first")
    const [key = ""] = await client.keys("hashed:*")
    expect(key).toMatch(/^hashed:[\w-]{43}$/)
    expect(await client.ttl(key)).toBeGreaterThan(890)
  })

  it("takes the form in which node-redis is asked", async () => {
    const { client } = open("node")
    // A double: its calls are node-redis's, which is not installed; the answers are those of a real Redis.
    const nodeRedis = {
      eval: (script: string, { keys, arguments: given }: { keys: string[]; arguments: string[] }) =>
        client.eval(script, keys.length, ...keys, ...given),
    }
    const names = createSharedNames(nodeRedis, { prefix: "node", seconds: 900, onError: () => expect.unreachable() })
    await names.begin("a", "run")
    expect(await names.tokenOf("a")).toBeUndefined()
    expect(await names.keep("a", "run", "token" as StickyToken)).toBe(true)
    expect(await names.tokenOf("a")).toBe("token")
  })

  it("leaves each process with its own while Redis is gone or silent, tells so once, and asks again later", async () => {
    const [here, there] = [open("gone"), open("gone")]
    await here.stage("a", "first")
    await redis.kill()
    expect(await there.stage("a", "second")).toBe(true)
    expect(await there.stage("a", "third")).toBe(true)
    expect(there.discarded).toEqual(["second"])
    expect(there.errors).toEqual([
      new Error("sticky-uploads: Redis gave no answer; each process knows only its own uploads again"),
    ])
    await redis.start()
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5001 })
    onTestFinished(() => void vi.useRealTimers())
    await expect.poll(() => there.client.status).toBe("ready")
    await there.stage("b", "fourth")
    expect(await here.client.keys("gone:*")).toHaveLength(1)
  })
})
