import { fork } from "node:child_process"
import { once } from "node:events"
import type { Drip } from "./drip-process.js"

/** Slow clients, in a process of their own: they take no time from whoever is measured beside them. */
export interface Dripping {
  look(): Promise<Drip>
  /** Hangs up, all at once. */
  stop(): Promise<void>
}

/** Opens so many connections to a site; resolves once all of them are under way. */
export async function startDrip(port: number, connections: number): Promise<Dripping> {
  const child = fork(new URL("./drip-process.js", import.meta.url), [String(port), String(connections)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  })
  const gone = once(child, "exit").then(([code, signal]) => {
    throw new Error(`the slow clients' process ended: ${signal ?? code}`)
  })
  // Told to whoever asks next.
  gone.catch(() => undefined)
  const answer = async () => (await Promise.race([once(child, "message"), gone]))[0] as Drip
  await answer()
  return {
    async look() {
      const answered = answer()
      if (child.connected) child.send("look")
      return answered
    },
    async stop() {
      child.kill("SIGKILL")
      await gone.catch(() => undefined)
    },
  }
}
