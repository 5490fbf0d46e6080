import { once } from "node:events"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import express, { type Express } from "express"
import { type StickyContextRequest, stickyEndpoint } from "sticky-uploads/express"
import { createSticky, createTempStorage, handleUpload, type Sticky, type Storage } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { onTestFinished } from "vitest"
import { multipart, multipartType, type PartToSend } from "./multipart.js"
import { type Wire, wireTo } from "./wire.js"

export interface Person {
  user: string | null
}

/** Fields for every limit that the endpoint keeps. */
export const schemas = {
  doc: z.object({
    image: z.stickyFile({ maxBytes: 5000, accept: ["image/*", ".pdf"] }),
    other: z.stickyFile({ maxBytes: 5000, accept: ["image/*", ".pdf"] }),
    note: z.stickyFile({ minBytes: 10, maxBytes: 1000 }),
    any: z.stickyFile({ maxBytes: 100_000_000 }),
    nothing: z.stickyFile({ minBytes: 0 }),
    items: z.array(z.object({ photo: z.stickyFile({ accept: ["image/*"] }) })),
  }),
}

type Options = Parameters<typeof createSticky<Person>>[0]

export interface ServeOptions extends Omit<Partial<Options>, "storage"> {
  /** Wraps the temp storage: for doubles. */
  wrap?: (storage: Storage) => Storage
  createContext?: (request: StickyContextRequest) => Person | Promise<Person>
  /** Adds routes beside `/sticky`; gets the sticky and the list of errors told to it. */
  routes?: (app: Express, sticky: Sticky<Person>) => void
}

export interface Served {
  port: number
  url: string
  server: Server
  directory: string
  storage: Storage
  sticky: Sticky<Person>
  /** What `onError` was told. */
  errors: unknown[]
  /** The requests as the server got them, newest last, and the end of their handling where `/direct` took them. */
  requests: { req: IncomingMessage; res: ServerResponse }[]
  handled: Promise<void>[]
  /** File names on disk, unfinished ones too. */
  left(): Promise<string[]>
  wire(): Promise<Wire>
  post(target: string, parts: PartToSend[] | Uint8Array, headers?: Record<string, string>): Promise<Answer>
  request(method: string, target: string, headers?: Record<string, string>): Promise<Answer>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  json: any
}

const secret = "a secret of more than thirty-two bytes"

export const personOf = (req: IncomingMessage): Person => ({ user: req.headers["x-user"]?.toString() ?? null })

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "sticky-test-"))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Starts an app with the endpoint at `/sticky`, and ends it with the test. */
export async function serve(given: ServeOptions = {}): Promise<Served> {
  const { wrap, createContext, routes, ...options } = given
  const directory = await temporaryDirectory()
  const temp = createTempStorage({ directory })
  const storage = wrap?.(temp) ?? temp
  const errors: unknown[] = []
  const sticky = createSticky<Person>({
    secrets: [secret],
    authorize: ({ ctx }) => ctx.user !== null,
    subject: ({ ctx }) => ctx.user,
    sweepEverySeconds: false,
    onError: (error) => errors.push(error),
    ...options,
    storage,
  })
  const requests: Served["requests"] = []
  const handled: Promise<void>[] = []
  const app = express()
  app.use((req, res, next) => {
    requests.push({ req, res })
    next()
  })
  const makeContext = createContext ?? (({ req }: StickyContextRequest) => personOf(req))
  app.use("/sticky", stickyEndpoint({ sticky, schemas, createContext: makeContext }))
  // The same without the Express door, whose end can be awaited even when there is nobody left to answer.
  app.use("/direct", (req, res) => {
    const target = req.path.slice(1)
    handled.push(handleUpload(sticky, { req, res, target, makeContext: () => personOf(req) }))
  })
  routes?.(app, sticky)
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  onTestFinished(async () => {
    sticky.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  async function request(method: string, path: string, headers: Record<string, string> = {}, body?: Uint8Array) {
    const init = body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { "x-user": "ann", ...headers },
      redirect: "manual",
      ...init,
    })
    const said = await answer.text()
    const isJson = answer.headers.get("content-type")?.startsWith("application/json")
    return {
      status: answer.status,
      headers: answer.headers,
      text: said,
      json: isJson && said ? JSON.parse(said) : undefined,
    }
  }

  return {
    port,
    url,
    server,
    directory,
    storage,
    sticky,
    errors,
    requests,
    handled,
    left: () => readdir(directory),
    wire: () => wireTo(port),
    post: (target, parts, headers = {}) =>
      request(
        "POST",
        target.startsWith("/") ? target : `/sticky/${target}`,
        { "content-type": multipartType, ...headers },
        Array.isArray(parts) ? multipart(...parts) : parts,
      ),
    request: (method, target, headers) =>
      request(method, target.startsWith("/") ? target : `/sticky/${target}`, headers),
  }
}
