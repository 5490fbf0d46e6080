import { readdir } from "node:fs/promises"
import { type RedisServer, startRedis } from "@sticky-uploads/services"
import { Redis } from "ioredis"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { multipart, multipartType, png, upload } from "./support/multipart.js"
import { temporaryDirectory } from "./support/serve.js"
import { type ServerProcess, startServerProcess } from "./support/server-process.js"

let redis: RedisServer
let client: Redis
beforeAll(async () => {
  redis = await startRedis()
  client = new Redis({ path: redis.path, retryStrategy: () => 50 })
  client.on("error", () => undefined)
  // Redis may have to be installed.
}, 120_000)
afterAll(async () => {
  client?.disconnect()
  await redis?.stop()
})

/** The files that wait in a directory. */
async function stagedIn(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true })
  return names.filter((name) => /staged\.[\w-]+$/.test(name)).length
}

async function send({ port }: ServerProcess, method: string, user: string, init: RequestInit = {}) {
  const headers = { "x-user": user, ...(init.headers as Record<string, string>) }
  const answer = await fetch(`http://127.0.0.1:${port}/sticky/doc/any`, { ...init, method, headers })
  const text = await answer.text()
  return { status: answer.status, json: text ? JSON.parse(text) : undefined }
}

function post(server: ServerProcess, user: string, bytes = 100, name = "") {
  const body = new Uint8Array(multipart(upload(png(bytes))))
  const headers = { "content-type": multipartType, "x-sticky-upload": name }
  return send(server, "POST", user, { headers, body })
}

/** The statuses of so many uploads, one after the other, each to the next process. */
async function statusesOf(servers: readonly ServerProcess[], user: string, count: number): Promise<number[]> {
  const statuses: number[] = []
  for (let at = 0; at < count; at += 1)
    statuses.push((await post(servers[at % servers.length] as ServerProcess, user)).status)
  return statuses
}

/** Resolves once both of a process's counts stand in Redis. */
async function untilShared(server: ServerProcess): Promise<void> {
  const user = (turn: number) => `probe ${server.port} ${turn}`
  let turn = 0
  const asked = async () => {
    turn += 1
    await post(server, user(turn))
    return client.keys(`*${user(turn)}`)
  }
  await expect.poll(asked, { timeout: 20_000, interval: 100 }).toHaveLength(2)
}

describe("quotas.redis", () => {
  const fourOfFive = [200, 200, 200, 200, 429]
  const told = [expect.stringContaining("Redis gave no answer"), expect.stringContaining("Redis gave no answer")]
  let both: [ServerProcess, ServerProcess]
  let directory: string
  beforeEach(async () => {
    directory = await temporaryDirectory()
    const start = () => startServerProcess("quota-server", directory, redis.path)
    both = await Promise.all([start(), start()])
  })

  it("counts together what two processes take and have back, each person apart", async () => {
    expect(await statusesOf(both, "ann", 5)).toEqual(fourOfFive)
    expect(await post(both[1], "ann")).toMatchObject({ status: 429, json: { code: "too_many_uploads" } })
    const atOnce = await Promise.all(Array.from({ length: 20 }, (_, at) => post(both[at % 2 ? 0 : 1], "bob")))
    expect(atOnce.filter(({ status }) => status === 200)).toHaveLength(4)
    const { json } = await post(both[0], "cleo", 2500)
    expect(await post(both[1], "cleo", 2500)).toMatchObject({ status: 429, json: { code: "too_many_bytes" } })
    await send(both[1], "DELETE", "cleo", { headers: { "x-sticky-token": json.stored } })
    const counted = () => client.get("sticky-uploads::bytes:subject cleo")
    await expect.poll(counted, { timeout: 20_000 }).toBe("0")
    expect(await post(both[0], "cleo", 2500)).toMatchObject({ status: 200 })
    for (const server of both) expect(await server.ask()).toEqual([])
  })

  it("leaves each process to count for itself while Redis is gone, and together again when it is back", async () => {
    await post(both[0], "dora")
    await redis.kill()
    for (const server of both) {
      expect(await statusesOf([server], "dora", 5)).toEqual(fourOfFive)
      expect(await server.ask()).toEqual(told)
    }
    await redis.start()
    for (const server of both) await untilShared(server)
    expect(await statusesOf(both, "dora", 5)).toEqual(fourOfFive)
  })

  it("removes what came before under the same name at another process, of the same person", async () => {
    await post(both[0], "emil", 1000, "0.8437561928371")
    expect(await post(both[1], "emil", 1000, "0.8437561928371")).toMatchObject({ status: 200 })
    // The first may still be on its way into Redis: then it is the one that finds out.
    const staged = () => stagedIn(directory)
    await expect.poll(staged).toBe(1)
    await post(both[0], "frida", 1000, "0.8437561928371")
    await expect.poll(staged).toBe(2)
    expect(await post(both[0], "emil", 1000, "0.8437561928371")).toMatchObject({ status: 200 })
    await expect.poll(staged).toBe(2)
    for (const server of both) expect(await server.ask()).toEqual([])
  })
})
