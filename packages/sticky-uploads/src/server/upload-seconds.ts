import type { IncomingMessage, Server } from "node:http"
import type { ResolvedOptions } from "./options.js"

const checked = new WeakSet<Server>()
// Node's own default was none for many years, and is none where a framework says so.
const withoutTimeoutSeconds = 3600

/**
 * How long an upload may take in all. Node cuts every request after the server's `requestTimeout`; where that is sooner than
 * the app wants, `onError` is told once, with the first request that could suffer from it.
 */
export function maxSecondsOf(
  req: IncomingMessage,
  { maxUploadSeconds, onError }: Pick<ResolvedOptions<never>, "maxUploadSeconds" | "onError">,
): number {
  // Sound: Node sets it on every socket that a server of its own accepts; other sockets have none.
  const { server } = req.socket as { server?: Server }
  const serverSeconds = (server?.requestTimeout ?? 0) / 1000
  if (maxUploadSeconds === undefined) return serverSeconds || withoutTimeoutSeconds
  if (server && serverSeconds > 0 && serverSeconds < maxUploadSeconds && !checked.has(server)) {
    checked.add(server)
    onError(
      new TypeError(
        `sticky-uploads: maxUploadSeconds is ${maxUploadSeconds}, but the server ends every request after ${serverSeconds} s; ` +
          `set server.requestTimeout = ${maxUploadSeconds * 1000}`,
      ),
    )
  }
  return maxUploadSeconds
}
