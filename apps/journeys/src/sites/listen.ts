import { once } from "node:events"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"

export interface Served {
  readonly port: number
  stop(): Promise<void>
}

/** Opens a server on a free port of 127.0.0.1. */
export async function listen(server: Server, onStop?: () => void): Promise<Served> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      onStop?.()
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}
