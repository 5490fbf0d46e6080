/**
 * An inspector that has files scanned for viruses by ClamAV.
 * @module
 */

import { once } from "node:events"
import { connect, type Socket } from "node:net"
import type { Inspector } from "./server.js"

export interface ClamavOptions {
  /** Where clamd listens: a path of a socket, or host and port. @default { host: "127.0.0.1", port: 3310 } */
  clamd?: { path: string } | { host?: string; port: number }
  /** How long clamd may stay silent, in seconds. @default 60 */
  idleSeconds?: number
  /** What becomes of a file that clamd cannot scan, also of one over its `StreamMaxLength`. @default "refuse" */
  onFailure?: Inspector["onFailure"]
}

const instream = "zINSTREAM\0"

/** Each chunk behind its length, and a length of 0 behind the last (clamd(8), INSTREAM). */
function framed(chunk: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(4 + chunk.length)
  frame.writeUInt32BE(chunk.length)
  frame.set(chunk, 4)
  return frame
}

/** All that clamd says until it closes the connection. */
async function answerOf(socket: Socket): Promise<string> {
  let answer = ""
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk
  return answer.replace(/\0$/, "")
}

async function send(socket: Socket, source: AsyncIterable<Uint8Array>): Promise<void> {
  socket.write(instream)
  for await (const chunk of source) {
    // It may have said already that this is too long, and then takes no more.
    if (socket.destroyed || socket.readableEnded) return
    if (chunk.length > 0 && !socket.write(framed(chunk)))
      await Promise.race([once(socket, "drain"), once(socket, "close")])
  }
  socket.write(framed(new Uint8Array(0)))
}

/**
 * Makes an inspector that streams each file to clamd, and refuses it with the signature's name when one is found. Nothing
 * is written to disk for it. Raise clamd's `StreamMaxLength` (25 MB) to the largest `maxBytes` of your fields.
 */
export function createClamavInspector(options: ClamavOptions = {}): Inspector {
  const { clamd = { host: "127.0.0.1", port: 3310 }, idleSeconds = 60, onFailure = "refuse" } = options
  return {
    name: "clamav",
    onFailure,
    async inspect(file, signal) {
      const socket = connect(clamd)
      const end = () => socket.destroy(new Error("clamd was not waited for any longer"))
      signal.addEventListener("abort", end, { once: true })
      socket.setTimeout(idleSeconds * 1000, () => socket.destroy(new Error(`clamd said nothing for ${idleSeconds} s`)))
      try {
        const answered = answerOf(socket)
        const [answer] = await Promise.all([answered, send(socket, await file.open())])
        if (answer === "stream: OK") return undefined
        const [, signature] = /^stream: (.+) FOUND$/.exec(answer) ?? []
        if (signature === undefined) throw new Error(`clamd answered "${answer}"`)
        return signature
      } finally {
        signal.removeEventListener("abort", end)
        socket.destroy()
      }
    },
  }
}
