import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { onTestFinished } from "vitest"

interface WireAnswer {
  status: number
  headers: Record<string, string>
  body: string
  json: any
}

/** A client on a bare socket: it may send what it likes, in the order it likes, and stop where it likes. */
export interface Wire {
  socket: Socket
  /** Writes and resolves when the system took it all; never rejects when the other side is gone. */
  send(bytes: string | Uint8Array): Promise<void>
  /** The next whole answer. Rejects when the connection ends before it. */
  answer(): Promise<WireAnswer>
  /** Whether the connection was reset, once it is closed. */
  closed: Promise<{ error: string | undefined }>
}

/** A body at the beginning of bytes that have come, and how many of them it took; `undefined` as long as more must come. */
type Whole = { body: Buffer; length: number } | undefined

function sized(bytes: Buffer, headers: Record<string, string>): Whole {
  const length = Number(headers["content-length"] ?? 0)
  return bytes.length < length ? undefined : { body: bytes.subarray(0, length), length }
}

function unchunked(bytes: Buffer): Whole {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const line = bytes.indexOf("\r\n", at)
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16)
    const end = line + 2 + size
    if (line < 0 || bytes.length < end + 2) return undefined
    chunks.push(bytes.subarray(line + 2, end))
    at = end + 2
    if (size === 0) return { body: Buffer.concat(chunks), length: at }
  }
}

export async function wireTo(port: number): Promise<Wire> {
  const socket = connect(port, "127.0.0.1")
  await once(socket, "connect")
  // What a test sends in pieces arrives in pieces.
  socket.setNoDelay(true)
  onTestFinished(() => void socket.destroy())
  let received = Buffer.alloc(0)
  let failure: string | undefined
  let isClosed = false
  let wake: () => void = () => undefined
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  socket.on("error", (error: NodeJS.ErrnoException) => {
    failure = error.code ?? error.message
  })
  const closed = new Promise<{ error: string | undefined }>((resolve) => {
    socket.once("close", () => {
      isClosed = true
      wake()
      resolve({ error: failure })
    })
  })

  function take(): WireAnswer | undefined {
    const end = received.indexOf("\r\n\r\n")
    if (end < 0) return undefined
    const [statusLine = "", ...lines] = received.subarray(0, end).toString("latin1").split("\r\n")
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
    )
    const behindHead = received.subarray(end + 4)
    const whole = headers["transfer-encoding"] === "chunked" ? unchunked(behindHead) : sized(behindHead, headers)
    if (!whole) return undefined
    const body = whole.body.toString("utf8")
    received = behindHead.subarray(whole.length)
    const json = headers["content-type"]?.startsWith("application/json") ? JSON.parse(body) : undefined
    return { status: Number(statusLine.split(" ")[1]), headers, body, json }
  }

  return {
    socket,
    send: (bytes) =>
      new Promise((resolve) => {
        socket.write(bytes, () => resolve())
      }),
    async answer() {
      for (;;) {
        const answer = take()
        if (answer) return answer
        if (isClosed) throw new Error(`the connection closed without an answer (${failure ?? "no error"})`)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    closed,
  }
}

/** Writes a request's head. */
export function head(method: string, path: string, headers: Record<string, string | number> = {}): string {
  const all = { Host: "127.0.0.1", ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n")
}
