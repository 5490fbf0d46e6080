import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync } from "node:fs"
import { createServer, type IncomingHttpHeaders } from "node:http"
import { connect } from "node:http2"
import { request } from "node:https"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { json, text } from "node:stream/consumers"
import { connect as tlsTo } from "node:tls"
import { freePort, startNginx } from "@sticky-uploads/services"
import { describe, expect, it, onTestFinished } from "vitest"
import { multipart, multipartType, upload } from "../../../packages/sticky-uploads/test/support/multipart.js"
import { runBlocks } from "../../../packages/sticky-uploads/test/support/run-blocks.js"
import { temporaryDirectory } from "../../../packages/sticky-uploads/test/support/serve.js"
import { chapter, serverIn } from "./support/chapter.js"

const [, block = ""] = /^```nginx\n(.+?)^```/ms.exec(chapter.text) ?? []
const host = "app.example.org"
const path = "/sticky/report.create/upload"
// More than nginx takes unless told, and more than it holds in memory.
const body = multipart(upload(Buffer.alloc(3_000_000, "a report "), "report.txt"))
const headers = { origin: `https://${host}`, "x-user": "ann", "content-type": multipartType }

async function makeCertificate() {
  const directory = await temporaryDirectory()
  const [file, key] = [join(directory, "app.pem"), join(directory, "app.key")]
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", file]
  const names = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`]
  execFileSync("openssl", ["req", "-x509", ...made, ...names], { stdio: "ignore" })
  return { file, key, ca: readFileSync(file) }
}

/** The chapter's nginx, in front of two servers. */
async function startBefore(first: number, second: number) {
  const { file, key, ca } = await makeCertificate()
  const port = await freePort()
  const places = {
    "10.0.0.11:3000": `127.0.0.1:${first}`,
    "10.0.0.12:3000": `127.0.0.1:${second}`,
    "listen 443": `listen 127.0.0.1:${port}`,
    "/etc/ssl/app.pem": file,
    "/etc/ssl/app.key": key,
  }
  let http = block
  for (const [there, here] of Object.entries(places)) {
    expect(http).toContain(there)
    http = http.replace(there, here)
  }
  const nginx = await startNginx({ http, server: "" })
  onTestFinished(() => nginx.stop())
  const tls = { servername: host, ca }
  /** A request of a browser, over HTTP/1.1. */
  const open = (more: Record<string, string | number> = {}) =>
    request({ host: "127.0.0.1", port, ...tls, path, method: "POST", headers: { host, ...headers, ...more } })
  return { port, tls, open }
}

/** The chapter's server, and where its staged files are. */
async function startServer() {
  const STAGED_DIRECTORY = join(await temporaryDirectory(), "staged")
  const { said, stop } = await runBlocks(chapter, serverIn({ STICKY_SECRETS: "s".repeat(32), STAGED_DIRECTORY }))
  onTestFinished(stop)
  return { port: said as number, STAGED_DIRECTORY }
}

/** A server that only reads, and says what it was sent; or that breaks off once it has read all. */
async function startReader(breaksOff = false) {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer(async (req, res) => {
    seen.push(req.headers)
    await text(req)
    if (breaksOff) req.socket.resetAndDestroy()
    else res.end()
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, seen }
}

async function sent({ open }: Awaited<ReturnType<typeof startBefore>>, more: Record<string, string> = {}) {
  const req = open(more)
  req.end(body)
  const [res] = await once(req, "response")
  return { status: res.statusCode as number, answer: await text(res) }
}

describe("the chapter's nginx", () => {
  it("brings uploads to the server as they come, over HTTP/1.1 and HTTP/2", async () => {
    const { port: backend, STAGED_DIRECTORY } = await startServer()
    const nginx = await startBefore(backend, backend)

    const req = nginx.open({ "content-length": body.length })
    req.write(body.subarray(0, 1_000_000))
    // Before the rest is sent, the app has the beginning: nothing collects a body.
    await expect.poll(() => readdirSync(STAGED_DIRECTORY), { timeout: 10_000, interval: 20 }).toHaveLength(1)
    req.end(body.subarray(1_000_000))
    const [res] = await once(req, "response")
    expect(await json(res)).toMatchObject({ is_valid: true, size: 3_000_000 })

    const session = connect(`https://${host}`, {
      createConnection: () => tlsTo({ host: "127.0.0.1", port: nginx.port, ...nginx.tls, ALPNProtocols: ["h2"] }),
    })
    onTestFinished(() => session.close())
    const stream = session.request({ ":method": "POST", ":authority": host, ":path": path, ...headers })
    stream.end(body)
    expect(await json(stream)).toMatchObject({ is_valid: true, size: 3_000_000 })
  })

  it("says who asked, whatever they say of themselves", async () => {
    const reader = await startReader()
    const nginx = await startBefore(reader.port, reader.port)
    expect(await sent(nginx, { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "http" })).toMatchObject({
      status: 200,
    })
    expect(reader.seen).toEqual([
      expect.objectContaining({ host, "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https" }),
    ])
  })

  it("passes over a server that is down, and sends no upload to a second one", async () => {
    const [broken, whole] = [await startReader(true), await startReader()]
    const half = await startBefore(broken.port, whole.port)
    expect([(await sent(half)).status, (await sent(half)).status]).toEqual([502, 200])
    expect([broken.seen.length, whole.seen.length]).toEqual([1, 1])

    const down = await startBefore(await freePort(), whole.port)
    expect([(await sent(down)).status, (await sent(down)).status]).toEqual([200, 200])
  })
})
