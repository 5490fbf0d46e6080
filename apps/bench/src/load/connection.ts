import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { type Answer, readAnswer } from "./answer.js"

export interface Connection {
  /** Sends one request and waits for its answer. Rejects when the server hangs up before. */
  send(pieces: readonly Buffer[]): Promise<Answer>
  /** Hangs up and tells how many bytes of a request without an answer the system has taken for the server. */
  close(): number
}

// Enough to write at any time, little enough to keep out of the caches' way.
const queueBytes = 2 * 1_048_576

const sentOf = (socket: Socket) => socket.bytesWritten - socket.writableLength

/** Opens a connection for one request after another. A server that closes it gets a new one. */
export function openConnection(port: number): Connection {
  let socket: Socket | undefined
  let sentBefore: number | undefined
  let isClosed = false

  async function connected(): Promise<Socket> {
    if (socket && !socket.destroyed) return socket
    // The types do not know that a socket takes a stream's options.
    const options = { port, host: "127.0.0.1", noDelay: true, highWaterMark: queueBytes }
    const fresh = connect(options)
    socket = fresh
    // Told by `close`, to whoever waits for an answer.
    fresh.on("error", () => undefined)
    await once(fresh, "connect")
    return fresh
  }

  return {
    async send(pieces) {
      if (isClosed) throw new Error("the connection is closed")
      const open = await connected()
      sentBefore = sentOf(open)
      const answered = answerOf(open)
      // A server may answer, or hang up, before it has read everything.
      write(open, pieces).catch(() => undefined)
      const answer = await answered
      sentBefore = undefined
      return answer
    },
    close() {
      isClosed = true
      const sent = socket && !socket.destroyed && sentBefore !== undefined ? sentOf(socket) - sentBefore : 0
      socket?.destroy()
      return sent
    },
  }
}

async function write(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return
    if (!socket.write(piece)) await once(socket, "drain")
  }
}

function answerOf(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let text = ""
    const leave = () => {
      socket.off("data", read)
      socket.off("close", gone)
    }
    const take = (ended: boolean) => {
      const answer = readAnswer(text, ended)
      if (!answer) return false
      leave()
      resolve(answer)
      return true
    }
    const read = (chunk: Buffer) => {
      text += chunk.toString("latin1")
      take(false)
    }
    const gone = () => {
      if (take(true)) return
      leave()
      reject(new Error("the server hung up"))
    }
    socket.on("data", read)
    socket.once("close", gone)
  })
}
