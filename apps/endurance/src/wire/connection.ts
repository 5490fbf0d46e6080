import { connect } from "node:net"
import { type Outcome, takeAnswer } from "./answer.js"

/** A client on a bare socket: it may send what it likes, in the order it likes, and stop where it likes. */
export interface Connection {
  readonly isOpen: boolean
  /** Resolves once the system took the bytes, or the other side is gone. */
  send(bytes: Uint8Array | string): Promise<void>
  /** The next whole answer, `closed` when the connection ends before it, `silent` when neither is within so many seconds. */
  answer(limitSeconds: number): Promise<Outcome>
  /** Says that nothing more is sent. */
  end(): void
  /** Hangs up, in the midst of whatever. */
  destroy(): void
}

/** Resolves also when nobody listens: the connection is then a closed one. */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true })
  // Told by `close`, to whoever waits for an answer.
  socket.on("error", () => undefined)
  let received: Buffer = Buffer.alloc(0)
  let wake: () => void = () => undefined
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  socket.once("close", () => wake())
  await new Promise<void>((resolve) => {
    socket.once("connect", resolve).once("close", () => resolve())
  })

  return {
    get isOpen() {
      return !socket.destroyed && socket.writable
    },
    async send(bytes) {
      if (!socket.writable || socket.write(bytes)) return
      await new Promise<void>((resolve) => {
        const done = () => {
          socket.off("drain", done).off("close", done)
          resolve()
        }
        socket.on("drain", done).on("close", done)
      })
    },
    async answer(limitSeconds) {
      let isLate = false
      const limit = setTimeout(() => {
        isLate = true
        wake()
      }, limitSeconds * 1000)
      try {
        for (;;) {
          const taken = takeAnswer(received)
          if (taken) {
            received = taken.rest
            return taken.answer
          }
          if (socket.destroyed) return "closed"
          if (isLate) return "silent"
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      } finally {
        clearTimeout(limit)
      }
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}
