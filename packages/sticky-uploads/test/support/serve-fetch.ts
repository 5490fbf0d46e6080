import { readdir } from "node:fs/promises"
import { initTRPC } from "@trpc/server"
import { fetchRequestHandler } from "@trpc/server/adapters/fetch"
import { type StickyContextRequest, stickyEndpoint, stickyForm, stickyPreview } from "sticky-uploads/fetch"
import {
  createMemoryStorage,
  createSticky,
  createTempStorage,
  type InvalidForm,
  type RefusedEvent,
  type Sticky,
  type Storage,
} from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import { onTestFinished } from "vitest"
import { type HostName, hosts } from "./fetch-hosts.js"
import { multipart, multipartType, type PartToSend } from "./multipart.js"
import { createQueue, type Queue } from "./queue.js"
import { type Person, temporaryDirectory } from "./serve.js"
import { type Wire, wireTo } from "./wire.js"

const submission = z.object({
  title: z.string().min(1, "Give it a title."),
  upload: z.stickyFile({ maxBytes: 50_000_000 }),
  cover: z.stickyFile({ maxBytes: 5000, accept: ["image/*"] }).optional(),
})

type StickyOptions = Parameters<typeof createSticky<Person>>[0]

export interface FetchOptions extends Omit<Partial<StickyOptions>, "storage"> {
  /** Wraps the temp storage: for doubles. */
  wrap?: (storage: Storage) => Storage
  mutate?: () => unknown
  /** Is told of each request whose context is made. */
  seen?: (request: Request) => void
  address?: (request: Request) => string | undefined
  /** Shows a form again. @default as JSON */
  page?: (form: InvalidForm) => Response
}

/** The whole app as functions, and what they leave. */
export interface FetchApp {
  sticky: Sticky<Person>
  router: ReturnType<typeof routerOf>
  endpoint: ReturnType<typeof stickyEndpoint>
  form: ReturnType<typeof stickyForm>
  preview: ReturnType<typeof stickyPreview>
  trpc: (request: Request) => Promise<Response>
  storage: Storage
  /** Where the procedure promotes to. */
  kept: Storage
  errors: unknown[]
  refused: Queue<RefusedEvent<Person>>
  /** File names on disk, unfinished ones too, without the marks of used ones. */
  left(): Promise<string[]>
}

function routerOf(sticky: Sticky<Person>, kept: Storage, mutate?: () => unknown) {
  const t = initTRPC.context<Person>().create()
  const create = t.procedure
    .use(stickyMiddleware(sticky))
    .input(submission)
    .mutation(async ({ input }) => {
      const { name, size } = await input.upload.promote(kept)
      mutate?.()
      return { title: input.title, name, size }
    })
  return t.router({ submission: t.router({ create }) })
}

/** Whose request it is, as tRPC's own fetch adapter asks, too. Leaves two cookies. */
function createContext({ req, resHeaders }: Pick<StickyContextRequest, "req" | "resHeaders">): Person {
  resHeaders.append("Set-Cookie", "a=1")
  resHeaders.append("Set-Cookie", "b=2")
  return { user: req.headers.get("x-user") }
}

const shown = (form: InvalidForm) => Response.json(form, { status: 422 })

export async function fetchApp({
  wrap,
  mutate,
  seen,
  address,
  page = shown,
  ...options
}: FetchOptions = {}): Promise<FetchApp> {
  const directory = await temporaryDirectory()
  const temp = createTempStorage({ directory })
  const storage = wrap?.(temp) ?? temp
  const kept = createMemoryStorage({ name: "kept" })
  const errors: unknown[] = []
  const refused = createQueue<RefusedEvent<Person>>()
  const sticky = createSticky<Person>({
    secrets: ["a secret of more than thirty-two bytes"],
    authorize: ({ ctx }) => ctx.user !== null,
    subject: ({ ctx }) => ctx.user,
    sweepEverySeconds: false,
    onError: (error) => errors.push(error),
    onRefused: refused.put,
    ...options,
    storage,
  })
  onTestFinished(() => sticky.close())
  const router = routerOf(sticky, kept, mutate)
  const asked = {
    sticky,
    createContext: (request: StickyContextRequest) => {
      seen?.(request.req)
      return createContext(request)
    },
    ...(address ? { address } : {}),
  }
  return {
    sticky,
    router,
    endpoint: stickyEndpoint({ ...asked, router, prefix: "/sticky" }),
    form: stickyForm({
      ...asked,
      router,
      procedure: "submission.create",
      success: ({ req }) => Response.redirect(new URL("/thanks", req.url), 303),
      invalid: ({ form }) => page(form),
    }),
    preview: stickyPreview({ sticky, createContext, prefix: "/previews", inline: "images" }),
    trpc: (req) => fetchRequestHandler({ endpoint: "/trpc", req, router, createContext }),
    storage,
    kept,
    errors,
    refused,
    left: async () => (await readdir(directory)).filter((key) => !/\.claim-\d+$/.test(key)),
  }
}

export interface FetchServed extends FetchApp {
  port: number
  wire(): Promise<Wire>
  ask(method: string, path: string, init?: { headers?: Record<string, string>; body?: Uint8Array }): Promise<Answered>
  post(path: string, parts: PartToSend[], headers?: Record<string, string>): Promise<Answered>
}

interface Answered {
  status: number
  headers: Headers
  text: string
  json: any
}

/** Serves the app by a real server, and ends that with the test. */
export async function serveFetch(host: HostName, options?: FetchOptions): Promise<FetchServed> {
  const app = await fetchApp(options)
  const { port, stop } = await hosts[host]([
    { path: "/sticky/*", handler: app.endpoint },
    { path: "/submissions", handler: app.form },
    { path: "/previews/*", handler: app.preview },
    { path: "/trpc/*", handler: app.trpc },
  ])
  onTestFinished(stop)
  const ask: FetchServed["ask"] = async (method, path, { headers, body } = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { "x-user": "ann", ...headers },
      redirect: "manual",
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get("content-type")?.startsWith("application/json")
    return { status: answer.status, headers: answer.headers, text, json: isJson && text ? JSON.parse(text) : undefined }
  }
  return {
    ...app,
    port,
    wire: () => wireTo(port),
    ask,
    post: (path, parts, headers) =>
      ask("POST", path, { headers: { "content-type": multipartType, ...headers }, body: multipart(...parts) }),
  }
}
