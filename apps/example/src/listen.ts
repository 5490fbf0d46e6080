import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { App } from "./app.js"

export interface Listening {
  /** Where it answers, such as `http://127.0.0.1:3000`. */
  url: string
  /** Stops taking requests, lets running ones end, then closes the app. */
  stop(): Promise<void>
}

/** Serves the app on 127.0.0.1; port 0 takes any that is free. */
export async function listen(app: App, port: number): Promise<Listening> {
  const server = createServer(app.handler)
  // Node's 300 s for a whole request would cut long uploads; a silent one is ended by the upload endpoint itself.
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve())
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      await closeServer(server)
      app.close()
    },
  }
}

/** How long running requests may take to end before they are cut. */
const graceMilliseconds = 10_000

async function closeServer(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMilliseconds)
  await new Promise((resolve) => server.close(resolve))
  clearTimeout(cut)
}
