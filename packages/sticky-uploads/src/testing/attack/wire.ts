import { connect } from "node:net"
import { setImmediate as turn } from "node:timers/promises"
import { type AttackAnswer, readAnswer } from "./answer.js"

/** A client on a bare socket: it sends what it likes, in the order it likes, and stops where it likes. */
export interface Wire {
  /** Resolves when the system took the bytes, and at once when sending more is of no use: there is an answer or an end. */
  send(bytes: string | Uint8Array): Promise<void>
  /** The next whole answer; or that the connection ended before it, or that its time was over. */
  answer(): Promise<AttackAnswer | "closed" | "silence">
  /** Whether an answer is there, or none will come. */
  isOver(): boolean
  /** Does nothing for so long, or until it is over. */
  rest(ms: number): Promise<void>
  /** Says that nothing more will be sent. */
  finish(): void
  /** Ends the connection without a word (RST). */
  reset(): void
  close(): void
}

/** @param patienceMs how long it is listened to, from the start. */
export function openWire({ hostname, port }: { hostname: string; port: number }, patienceMs: number): Wire {
  const socket = connect({ host: hostname, port, allowHalfOpen: true })
  // What is sent in pieces arrives in pieces.
  socket.setNoDelay(true)
  let received: Buffer = Buffer.alloc(0)
  let isEnded = false
  let isLate = false
  let wake: () => void = () => undefined
  let change = new Promise<void>((resolve) => {
    wake = resolve
  })

  function changed(): void {
    wake()
    change = new Promise((resolve) => {
      wake = resolve
    })
  }
  function ended(): void {
    isEnded = true
    clearTimeout(limit)
    changed()
  }

  const limit = setTimeout(() => {
    isLate = true
    changed()
  }, patienceMs)
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk])
    changed()
  })
  // Whether it is reset or ended, and however politely, is told by `close` and `end`.
  socket.on("error", () => undefined)
  socket.once("end", ended)
  socket.once("close", ended)

  const isOver = () => isEnded || isLate || readAnswer(received, isEnded) !== undefined

  return {
    async send(bytes) {
      if (isOver()) return
      let isWritten = false
      socket.write(bytes, () => {
        isWritten = true
        changed()
      })
      while (!isWritten && !isOver()) await change
      // A write that the system takes at once would leave no turn to read what came meanwhile.
      await turn()
    },
    async answer() {
      for (;;) {
        const found = readAnswer(received, isEnded)
        if (found) {
          received = found.rest
          return found.answer
        }
        if (isEnded) return "closed"
        if (isLate) return "silence"
        await change
      }
    },
    isOver,
    async rest(ms) {
      let isDone = false
      const timer = setTimeout(() => {
        isDone = true
        changed()
      }, ms)
      while (!isDone && !isOver()) await change
      clearTimeout(timer)
    },
    finish: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    close: () => void socket.destroy(),
  }
}
