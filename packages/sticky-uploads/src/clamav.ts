/**
 * An inspector that has files scanned for viruses by ClamAV.
 * @module
 */

import { connect, type Socket } from "node:net"
import type { InspectedFile, Inspector } from "./server.js"

export interface ClamavOptions {
  /** Where clamd listens: the path of a socket, or host and port. @default { host: "127.0.0.1", port: 3310 } */
  clamd?: { path: string } | { host?: string; port: number }
  /** How long clamd may stay silent, in seconds. It is as long as it scans: up to its `MaxScanTime`, 120 unless told. @default 150 */
  idleSeconds?: number
  /** What becomes of a file that clamd cannot scan, also of one over its `StreamMaxLength`. @default "refuse" */
  onFailure?: Inspector["onFailure"]
}

// An answer is a line; what says more is no clamd.
const maxAnswerLength = 4096

/** What clamd says, up to the NUL behind it. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ""
    socket.setEncoding("utf8")
    socket.on("data", (text: string) => {
      answer += text
      if (answer.includes("\0")) resolve(answer.slice(0, answer.indexOf("\0")))
      else if (answer.length > maxAnswerLength) socket.destroy(new Error("what listens there is no clamd"))
    })
    socket.on("error", (cause: NodeJS.ErrnoException) => {
      const isBrokenOff = cause.code === "EPIPE" || cause.code === "ECONNRESET"
      // It may have said why; what breaks off a write takes that with it.
      reject(
        isBrokenOff ? new Error("clamd broke off, as it does with files over its StreamMaxLength", { cause }) : cause,
      )
    })
    socket.on("close", () => reject(new Error("clamd closed the connection without an answer")))
  })
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

/** A chunk's length as it goes before it; that of none ends the stream (clamd(8), INSTREAM). */
function lengthOf(chunk: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(chunk.length)
  return length
}

async function send(socket: Socket, file: InspectedFile): Promise<void> {
  let size = 0
  await write(socket, Buffer.from("zINSTREAM\0"))
  for await (const chunk of await file.open()) {
    if (chunk.length === 0) continue
    size += chunk.length
    socket.cork()
    socket.write(lengthOf(chunk))
    const written = write(socket, chunk)
    socket.uncork()
    await written
  }
  // A part of a file may be clean where the whole is not.
  if (size !== file.size) throw new Error(`the storage gave ${size} of the ${file.size} bytes to scan`)
  await write(socket, lengthOf(new Uint8Array(0)))
}

/**
 * Makes an inspector that streams each file to clamd, and refuses it with the signature's name when one is found.
 *
 * In `clamd.conf`, raise `StreamMaxLength` and `MaxFileSize` to your largest `maxBytes` and `MaxScanSize` above them, and say
 * `AlertExceedsMax yes`: a file over the last two clamd otherwise calls clean.
 * @throws TypeError when an option makes no sense.
 */
export function createClamavInspector(options: ClamavOptions = {}): Inspector {
  const { clamd = { host: "127.0.0.1", port: 3310 }, idleSeconds = 150, onFailure = "refuse" } = options
  if (!(Number.isFinite(idleSeconds) && idleSeconds > 0))
    throw new TypeError(`sticky-uploads: idleSeconds is ${idleSeconds}; give a number of seconds over 0`)
  return {
    name: "clamav",
    onFailure,
    async inspect(file, signal) {
      const socket = connect(clamd)
      const end = () => socket.destroy(signal.reason)
      signal.addEventListener("abort", end, { once: true })
      socket.setTimeout(idleSeconds * 1000, () => socket.destroy(new Error(`clamd said nothing for ${idleSeconds} s`)))
      try {
        const answered = answerOf(socket)
        // It may answer before it has all, that this is too long; then the rest breaks off, and the answer counts.
        send(socket, file).catch((error: Error) => socket.destroy(error))
        const answer = await answered
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
