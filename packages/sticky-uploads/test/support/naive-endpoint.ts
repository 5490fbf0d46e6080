import { once } from "node:events"
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { basename, join } from "node:path"
import { onTestFinished } from "vitest"

/** A double: what someone writes in an afternoon. It has one of each fault that the corpus looks for. */
export interface NaiveEndpoint {
  url: string
  files(): string[]
  revive(): Promise<void>
}

async function readAll(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("latin1")
}

function stall(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

export async function serveNaively(directory: string): Promise<NaiveEndpoint> {
  mkdirSync(directory, { recursive: true })
  let server: Server
  let port = 0
  let unfinished = 0

  /** Goes away in the middle, as a process does that an exception ended. */
  function crash(): void {
    server.close()
    server.closeAllConnections()
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readAll(req)
    if (body.includes("Content-Transfer-Encoding: 7bit")) return crash()
    if (body.includes("\r".repeat(1000))) stall(3000)
    const [, part = ""] = /(Content-Disposition:.*?name="upload".*?)\r\n--/s.exec(body) ?? []
    const [, filename] = /filename="([^"]*)"/.exec(part) ?? []
    const [, type] = /Content-Type: ([^\r]*)/.exec(part) ?? []
    const content = part.slice(part.indexOf("\r\n\r\n") + 4)
    // No answer at all.
    if (filename?.includes("\0")) return
    if (filename === undefined) {
      unfinished += 1
      writeFileSync(join(directory, `unfinished-${unfinished}`), body)
      return void res.writeHead(500).end("no file")
    }
    if (type === undefined) return void res.writeHead(400).end("no type")
    writeFileSync(join(directory, basename(filename).slice(0, 100) || "unnamed"), content, "latin1")
    res.writeHead(200, { "Content-Type": "application/json" })
    res.end(JSON.stringify({ filename, type, size: content.length }))
  }

  async function listen(): Promise<void> {
    server = createServer((req, res) => void answer(req, res).catch(() => res.destroy())).listen(port, "127.0.0.1")
    await once(server, "listening")
    port = (server.address() as AddressInfo).port
  }
  await listen()
  onTestFinished(crash)

  return {
    url: `http://127.0.0.1:${port}/upload`,
    files: () => readdirSync(directory),
    async revive() {
      crash()
      await listen()
    },
  }
}
