import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { Ground } from "./ground.js"

export interface ServerOptions {
  /** Its answers tell it. */
  name: string
  /** Where it listens: the path of a socket. */
  socket: string
  secrets: readonly string[]
  ground: Ground
  /** The step at which the server kills itself. @default never */
  killAt?: number
  /** The socket of a Redis in which all count uploads. @default each process counts for itself, and by persons */
  redis?: string
}

/** The header by which answers tell who gave them. */
export const byHeader = "x-answered-by"

/** What the texts begin with that `onError` was told. */
export const errorMark = "onError: "

/** A submit of this title stands still between its promote and its row. */
export const heldTitle = "held"

/** How long tokens are good, in seconds: longer than a lease outlives its process, and short enough to see secrets go. */
export const lifeSeconds = 120

/** Uploads a minute where all count together. */
export const uploadsPerMinute = 4

/** One of several processes of one app. */
export interface Server {
  readonly name: string
  /** Ends it by SIGKILL, unless it has ended itself. */
  kill(): Promise<void>
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  /** Resolves when it next says something that begins so: `POST` and a path, `heldTitle`, `errorMark` and an error. */
  says(beginning: string): Promise<void>
}

const program = fileURLToPath(new URL("./server-process.js", import.meta.url))

/** Starts one; it goes with this process, however that ends. @param onError is told what its own `onError` is. */
export async function startServer(options: ServerOptions, onError: (error: string) => void): Promise<Server> {
  const child = fork(program, [JSON.stringify(options)], {
    execArgv: [],
    // The AWS SDK has each process say that it will soon ask for a newer Node.
    env: { ...process.env, NODE_ENV: "production", AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  })
  const gone = once(child, "exit").then(() => undefined)
  const kill = () => {
    child.kill("SIGKILL")
    return gone
  }
  // Before what it works in is removed.
  process.prependOnceListener("exit", kill)
  void gone.then(() => process.off("exit", kill))
  child.on("message", (text: string) => {
    if (text.startsWith(errorMark)) onError(text.slice(errorMark.length))
  })
  const said = await Promise.race([once(child, "message"), gone])
  if (!said) throw new Error("a server ended before it listened")
  return {
    name: options.name,
    kill,
    gone,
    says: (beginning) =>
      new Promise((resolve) => {
        const listen = (text: string) => {
          if (!text.startsWith(beginning)) return
          child.off("message", listen)
          resolve()
        }
        child.on("message", listen)
      }),
  }
}
