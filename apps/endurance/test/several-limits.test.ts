import { type RedisServer, startRedis } from "@sticky-uploads/services"
import { Redis } from "ioredis"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { names } from "../src/forms/pair.js"
import { errorMark } from "../src/forms/server.js"
import { type Several, startSeveral } from "./support/several.js"

describe("quotas.redis behind nginx", { timeout: 120_000 }, () => {
  let redis: RedisServer
  let client: Redis
  let several: Several
  beforeAll(async () => {
    redis = await startRedis()
    client = new Redis({ path: redis.path, retryStrategy: () => 50 })
    client.on("error", () => undefined)
    several = await startSeveral("directory", "a secret of more than thirty-two bytes", redis.path)
    // A server may have to be installed.
  }, 120_000)
  afterAll(async () => {
    await several?.stop()
    client?.disconnect()
    await redis?.stop()
  })

  /** What so many uploads are answered, one after the other, each by the next process. */
  async function statuses(count: number, user?: string): Promise<number[]> {
    const all: number[] = []
    for (let at = 0; at < count; at += 1) all.push((await several.as(user).upload(Buffer.from("a"))).status)
    return all
  }

  const times = (count: number, status: number) => Array.from({ length: count }, () => status)

  it("counts people by their address over both, each for itself while Redis is gone, and together when it is back", async () => {
    expect(await statuses(6)).toEqual([...times(4, 200), 429, 429])
    const told = names.map((name) =>
      several.pair.server(name).says(`${errorMark}Error: sticky-uploads: Redis gave no answer`),
    )
    await redis.kill()
    expect(await statuses(10)).toEqual([...times(8, 200), 429, 429])
    await Promise.all(told)
    await redis.start()
    // Each process asks again in its own time: as soon as two uploads in a row are counted there, both do.
    let turn = 0
    await expect
      .poll(
        async () => {
          turn += 1
          for (const probe of [1, 2]) await statuses(1, `turn ${turn} probe ${probe}`)
          return (await client.keys(`*uploads:subject turn ${turn} *`)).length
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBe(2)
    expect(await statuses(6)).toEqual([...times(4, 200), 429, 429])
  })
})
