import { EventEmitter, once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { setTimeout as after } from "node:timers/promises"

/** What goes wrong between a client and a server. */
export interface Faults {
  /** Which requests meet them, by method and path: `PUT /bucket/key?partNumber=1`. @default all */
  only?: RegExp
  /** How long each piece waits, in either direction. */
  latencyMs?: number
  /** How fast the server takes what is sent. */
  bytesPerSecond?: number
  /** Both sides get a reset once so many bytes of a request, with its headers, were passed on. */
  resetAfterBytes?: number
  /** Both sides get a reset once so many bytes of the answer were passed on: with 0 it is lost, and what was asked is done. */
  resetAnswerAfterBytes?: number
  /** What is sent is taken, and neither passed on nor answered. */
  isBlackHole?: boolean
  /** The status that answers in the server's place. */
  status?: number
}

export interface FaultProxy {
  readonly port: number
  readonly endpoint: string
  /** What was passed on to the server. */
  readonly sentBytes: number
  /** Sets what goes wrong from now on, on connections that are open as well; nothing without a word. */
  set(faults?: Faults): void
  /** Resolves when the next request meets what goes wrong. */
  met(): Promise<void>
  stop(): Promise<void>
}

const never = Number.POSITIVE_INFINITY
const requestLine = /^([A-Z]+ \S+) HTTP\/1\.1\r\n/

const wait = (ms: number) => after(ms, undefined, { ref: false })

/** Starts a proxy before a server of HTTP/1.1 on 127.0.0.1. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  let faults: Faults = {}
  let sentBytes = 0
  const meetings = new EventEmitter()
  const open = new Set<Socket>()

  function join(client: Socket): void {
    const server = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true })
    let request = { meetsFaults: false, bytes: 0, answerBytes: 0 }
    let isSunk = false

    function reset(): void {
      // Node neither resets nor closes a socket that it is about to shut down.
      for (const side of [client, server]) side.writableEnded ? side.destroy() : side.resetAndDestroy()
    }
    for (const side of [client, server]) {
      open.add(side)
      // A side that broke breaks the other.
      side.on("error", reset).on("close", () => open.delete(side))
    }
    client.on("close", () => server.destroy())

    const pass = (piece: Uint8Array, to: Socket) => new Promise((resolve) => to.write(piece, resolve))
    function send(piece: Uint8Array) {
      sentBytes += piece.length
      return pass(piece, server)
    }

    function answer(status: number): void {
      isSunk = true
      server.destroy()
      client.end(`HTTP/1.1 ${status} Of The Proxy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
    }

    async function toServer(): Promise<void> {
      for await (const piece of client as AsyncIterable<Buffer>) {
        const [, line] = requestLine.exec(piece.subarray(0, 4096).toString("latin1")) ?? []
        if (line !== undefined) {
          request = { meetsFaults: faults.only?.test(line) ?? true, bytes: 0, answerBytes: 0 }
          if (request.meetsFaults) meetings.emit("met")
        }
        if (isSunk) continue
        if (!request.meetsFaults) {
          await send(piece)
          continue
        }
        const { latencyMs, bytesPerSecond, resetAfterBytes = never, isBlackHole, status } = faults
        if (status !== undefined) answer(status)
        // What is missing stays missing: nothing of this connection is passed on any more.
        if (isBlackHole) isSunk = true
        if (isSunk) continue
        if (latencyMs) await wait(latencyMs)
        if (bytesPerSecond) await wait((piece.length / bytesPerSecond) * 1000)
        await send(piece.subarray(0, Math.max(0, resetAfterBytes - request.bytes)))
        request.bytes += piece.length
        if (request.bytes >= resetAfterBytes) return reset()
      }
      if (isSunk) client.destroy()
      else server.end()
    }

    async function toClient(): Promise<void> {
      for await (const piece of server as AsyncIterable<Buffer>) {
        if (isSunk) continue
        const { latencyMs, resetAnswerAfterBytes = never } = request.meetsFaults ? faults : {}
        if (latencyMs) await wait(latencyMs)
        await pass(piece.subarray(0, Math.max(0, resetAnswerAfterBytes - request.answerBytes)), client)
        request.answerBytes += piece.length
        if (request.answerBytes > resetAnswerAfterBytes) return reset()
      }
      if (!isSunk) client.end()
    }
    // Their ends are told to the other side above.
    for (const way of [toServer(), toClient()]) way.catch(() => undefined)
  }

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, join).listen(0, "127.0.0.1")
  await once(listener, "listening")
  const { port } = listener.address() as AddressInfo
  return {
    port,
    endpoint: `http://127.0.0.1:${port}`,
    get sentBytes() {
      return sentBytes
    },
    set(next = {}) {
      faults = next
    },
    async met() {
      await once(meetings, "met")
    },
    async stop() {
      const closed = [listener, ...open].map((each) => once(each, "close"))
      listener.close()
      for (const socket of open) socket.destroy()
      await Promise.all(closed)
    },
  }
}
