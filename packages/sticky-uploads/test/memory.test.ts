import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises"
import { connect } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { boundary, multipartType } from "./support/multipart.js"
import { temporaryDirectory } from "./support/serve.js"

const MiB = 1_048_576
const packageDirectory = fileURLToPath(new URL("..", import.meta.url))

let bundle: string

beforeAll(async () => {
  // Inside the package, so that the bundle finds what it imports.
  const cache = join(packageDirectory, "node_modules", ".cache")
  await mkdir(cache, { recursive: true })
  bundle = await mkdtemp(join(cache, "memory-"))
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL("./support/memory-server.ts", import.meta.url))],
    outfile: join(bundle, "server.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@sticky-uploads/source"],
    external: ["express", "formidable", "file-type", "rate-limiter-flexible", "zod", "zod-form-data"],
  })
})

afterAll(() => rm(bundle, { recursive: true, force: true }))

interface Server {
  port: number
  directory: string
  /** Resident memory now, and the most since it was last asked. */
  memory(): Promise<{ now: number; peak: number }>
}

async function startServer(slowMilliseconds: number): Promise<Server> {
  const directory = await temporaryDirectory()
  const child: ChildProcess = fork(join(bundle, "server.mjs"), [directory, String(slowMilliseconds)], { execArgv: [] })
  onTestFinished(async () => {
    child.disconnect()
    await once(child, "exit")
  })
  const [{ port }] = (await once(child, "message")) as [{ port: number }]
  return {
    port,
    directory,
    async memory() {
      const answered = once(child, "message")
      child.send("memory")
      return (await answered)[0] as { now: number; peak: number }
    },
  }
}

/** Streams a file of so many bytes that exists nowhere, as fast as the server takes it. */
async function uploadGenerated(port: number, bytes: number): Promise<any> {
  const start = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="upload"; filename="big.bin"\r\n\r\n`,
  )
  const end = Buffer.from(`\r\n--${boundary}--\r\n`)
  const socket = connect(port, "127.0.0.1")
  await once(socket, "connect")
  const chunks: Buffer[] = []
  socket.on("data", (chunk) => chunks.push(chunk))
  const closed = once(socket, "close")
  socket.write(
    `POST /sticky/big/file HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${multipartType}\r\n` +
      `Content-Length: ${start.length + bytes + end.length}\r\n\r\n`,
  )
  socket.write(start)
  const chunk = Buffer.alloc(MiB, "0123456789abcdef\r\n--")
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    if (!socket.write(chunk)) await once(socket, "drain")
  }
  socket.write(end)
  await closed
  const answer = Buffer.concat(chunks).toString("utf8")
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4))
}

async function stagedSizes(directory: string): Promise<number[]> {
  const names = await readdir(directory)
  return Promise.all(names.map(async (name) => (await stat(join(directory, name))).size))
}

describe("P7: memory is constant in the file's size", () => {
  it("a file of 1 GiB raises the server's memory by less than 64 MiB over that of 64 MiB", {
    timeout: 60_000,
  }, async () => {
    const server = await startServer(0)
    await uploadGenerated(server.port, 64 * MiB)
    const { now: baseline } = await server.memory()
    const began = performance.now()
    const answer = await uploadGenerated(server.port, 1024 * MiB)
    const seconds = (performance.now() - began) / 1000
    const { peak } = await server.memory()
    const risen = (peak - baseline) / MiB
    console.info(
      `1 GiB in ${seconds.toFixed(1)} s: ${risen.toFixed(1)} MiB over a baseline of ${(baseline / MiB).toFixed(0)} MiB`,
    )
    expect(answer).toMatchObject({ is_valid: true, size: 1024 * MiB, filename: "big.bin" })
    expect(risen).toBeLessThan(64)
    expect((await stagedSizes(server.directory)).sort((a, b) => a - b)).toEqual([64 * MiB, 1024 * MiB])
  })

  it("a storage that is slower than the network does not make it pile up", { timeout: 60_000 }, async () => {
    const server = await startServer(15)
    await uploadGenerated(server.port, 32 * MiB)
    const { now: baseline } = await server.memory()
    const answers = await Promise.all([
      uploadGenerated(server.port, 128 * MiB),
      uploadGenerated(server.port, 128 * MiB),
    ])
    const { peak } = await server.memory()
    const risen = (peak - baseline) / MiB
    console.info(`2 × 128 MiB into a slow storage: ${risen.toFixed(1)} MiB over ${(baseline / MiB).toFixed(0)} MiB`)
    expect(answers).toMatchObject([
      { is_valid: true, size: 128 * MiB },
      { is_valid: true, size: 128 * MiB },
    ])
    expect(risen).toBeLessThan(96)
  })

  it("256 uploads at once into a slow storage hold less than a mebibyte each, with all that goes with them: it was more than twice that", {
    timeout: 60_000,
  }, async () => {
    const server = await startServer(500)
    await uploadGenerated(server.port, 32 * MiB)
    const { now: baseline } = await server.memory()
    const answers = await Promise.all(Array.from({ length: 256 }, () => uploadGenerated(server.port, 4 * MiB)))
    const { peak } = await server.memory()
    const risen = (peak - baseline) / MiB
    console.info(`256 × 4 MiB into a slow storage: ${risen.toFixed(1)} MiB over ${(baseline / MiB).toFixed(0)} MiB`)
    expect(answers.every(({ size }) => size === 4 * MiB)).toBe(true)
    expect(risen).toBeLessThan(256)
  })
})
