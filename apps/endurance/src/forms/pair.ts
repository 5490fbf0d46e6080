import { EventEmitter, once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as after } from "node:timers/promises"
import { startNginx } from "@sticky-uploads/services"
import type { Ground } from "./ground.js"
import { type Server, type ServerOptions, startServer } from "./server.js"

export type Name = "a" | "b"
export const names: readonly [Name, Name] = ["a", "b"]

/** Two processes of one app behind an nginx that hands each request to the next of them. They go with this process. */
export interface Pair {
  /** Of nginx. */
  readonly port: number
  /** Starts one of the two, which must not run. */
  start(name: Name, options: Pick<ServerOptions, "secrets" | "killAt">): Promise<Server>
  /** The one that runs. */
  server(name: Name): Server
  /** Resolves to whether either was gone at any moment since then; of a death it may take a moment to be known. */
  wasGone(since: number): Promise<boolean>
  /** What the processes' `onError` was told. */
  readonly errors: readonly string[]
  stop(): Promise<void>
}

// How long after an answer that never came the death of who owed it may be told.
const toldMs = 1000

/**
 * A request goes to the next process, and to the other one where that does not listen. What was sent to a process that dies
 * is sent to no other: it may have been done.
 */
const configurationOf = (sockets: string[]) => ({
  http: `upstream app {
    ${sockets.map((socket) => `server unix:${socket} max_fails=0;`).join("\n    ")}
    keepalive 16;
    # Shorter than Node's, or a request may meet a connection that is just being closed.
    keepalive_timeout 4s;
  }`,
  server: `client_max_body_size 0;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_request_buffering off;
    }`,
})

export async function openPair(ground: Ground, redis?: string): Promise<Pair> {
  const directory = mkdtempSync(join(tmpdir(), "sticky-pair-"))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  process.once("exit", remove)
  const socketOf = (name: Name) => join(directory, `${name}.sock`)
  const nginx = await startNginx(configurationOf(names.map(socketOf)))
  const servers = new Map<Name, Server>()
  const goneUntil = new Map<Name, number>(names.map((name) => [name, Number.POSITIVE_INFINITY]))
  const deaths = new EventEmitter()
  const errors: string[] = []

  return {
    port: nginx.port,
    async start(name, given) {
      const options = { ...given, name, socket: socketOf(name), ground, ...(redis && { redis }) }
      const server = await startServer(options, (error) => errors.push(`${name}: ${error}`))
      servers.set(name, server)
      goneUntil.set(name, performance.now())
      void server.gone.then(() => {
        goneUntil.set(name, Number.POSITIVE_INFINITY)
        deaths.emit("death")
      })
      return server
    },
    server(name) {
      const server = servers.get(name)
      if (!server) throw new Error(`${name} was never started`)
      return server
    },
    async wasGone(since) {
      const isKnown = () => [...goneUntil.values()].some((until) => until >= since)
      if (!isKnown()) await Promise.race([once(deaths, "death"), after(toldMs, undefined, { ref: false })])
      return isKnown()
    },
    errors,
    async stop() {
      await Promise.all([...servers.values()].map((server) => server.kill()))
      await nginx.stop()
      process.off("exit", remove)
      remove()
    },
  }
}
