import type { Server } from "node:http"
import type { StickyRequest } from "./exchange.js"

/** How long the upload of this request may take in all. */
export type UploadSeconds = (req: StickyRequest) => number

// Node's own default was none for many years, and is none where a framework says so.
const withoutTimeoutSeconds = 3600

/**
 * Limits uploads to what the app says, or else to what the server does: Node cuts every request after its
 * `requestTimeout`.
 * @param onError is told of each server that would cut an upload sooner, with the first request there.
 */
export function createUploadSeconds(
  maxUploadSeconds: number | undefined,
  onError: (error: unknown) => void,
): UploadSeconds {
  const checked = new WeakSet<Server>()
  return (req) => {
    // Sound: Node sets it on every socket that a server of its own accepts; other sockets have none.
    const { server } = (req.socket ?? {}) as { server?: Server }
    const serverSeconds = (server?.requestTimeout ?? 0) / 1000
    if (maxUploadSeconds === undefined) return serverSeconds || withoutTimeoutSeconds
    if (server && serverSeconds > 0 && serverSeconds < maxUploadSeconds && !checked.has(server)) {
      checked.add(server)
      onError(
        new TypeError(
          `sticky-uploads: maxUploadSeconds is ${maxUploadSeconds}, but the server ends every request after ${serverSeconds} s; ` +
            `set server.requestTimeout = ${Math.ceil(maxUploadSeconds * 1000)} or more`,
        ),
      )
    }
    return maxUploadSeconds
  }
}
