import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { initTRPC } from "@trpc/server"
import { createHTTPHandler } from "@trpc/server/adapters/standalone"
import type { Browser, LaunchOptions, Page } from "playwright-core"
import type { StickyToken } from "sticky-uploads"
import type { StickyClient } from "sticky-uploads/client"
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest"
import * as z from "zod"
import { bundle } from "./bundle.js"
import { launchChromium } from "./chromium.js"
import { createQueue, type Queue } from "./queue.js"

/** One part of a multipart body: text, or a file's name and size. */
export interface Part {
  name: string
  filename?: string
  value: string
}

function partsOf(body: Buffer, contentType: string): Part[] {
  const boundary = `--${/boundary=(.*)/.exec(contentType)?.[1]}`
  return body
    .toString("utf8")
    .split(boundary)
    .slice(1, -1)
    .map((part) => {
      const [head = "", ...rest] = part.slice(2, -2).split("\r\n\r\n")
      const filename = /filename="(.*?)"/.exec(head)?.[1]
      const value = rest.join("\r\n\r\n")
      return { name: /name="(.*?)"/.exec(head)?.[1] ?? "", ...(filename === undefined ? {} : { filename }), value }
    })
}

/** An upload that reached the stand-in, and waits to be answered by the test. */
export interface Upload {
  target: string
  headers: IncomingMessage["headers"]
  /** Resolves when the browser ended the request before it was answered. */
  aborted: Promise<void>
  /** Reads the body to its end. */
  part(): Promise<Part>
  accept(token?: string): Promise<void>
  answer(status: number, type: string, body: string): Promise<void>
  cut(): void
}

async function readAll(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const t = initTRPC.create()
const sticky = z.custom<File | StickyToken>((value) => typeof value === "string")
const echo = <Input>({ input }: { input: Input }) => {
  if (trpc.fails) throw new Error(trpc.fails)
  return input
}
const router = t.router({
  submission: t.router({
    create: t.procedure.input(z.object({ title: z.string(), upload: sticky })).mutation(echo),
    album: t.procedure.input(z.object({ items: z.array(z.object({ photo: sticky })) })).mutation(echo),
    form: t.procedure.input(z.instanceof(FormData)).mutation(({ input }) => [...input.keys()]),
  }),
})

export let uploads: Queue<Upload>
export let submits: Queue<Part[]>
/** What a test asks of tRPC: how to fail, and how many batches came. */
export const trpc = { fails: undefined as string | undefined, batches: 0 }
let html = ""
let opened = 0
let scripts: Record<string, string>

/** Stands in for the endpoint: it speaks the wire of V6 and V7, and answers when and what a test wants. */
function standIn(req: IncomingMessage, res: ServerResponse) {
  const url = new URL(req.url ?? "", "http://stand-in")
  if (url.pathname.startsWith("/sticky/")) {
    // Of a page before this one, which nobody waited for, an upload may come as late as this.
    if (!req.headers.referer?.endsWith(`/?${opened}`)) return void req.socket.destroy()
    let body: Promise<Part> | undefined
    const part = () => {
      body ??= readAll(req).then((bytes) => partsOf(bytes, req.headers["content-type"] ?? "")[0] as Part)
      return body
    }
    const answer = async (status: number, type: string, text: string) => {
      await part()
      res.writeHead(status, { "content-type": type }).end(text)
    }
    uploads.put({
      target: decodeURI(url.pathname.slice("/sticky/".length)),
      headers: req.headers,
      aborted: new Promise((resolve) => res.once("close", () => res.writableFinished || resolve())),
      part,
      answer,
      accept: async (token = "token") => {
        const accepted = { is_valid: true, filename: (await part()).filename, url: null, stored: token }
        await answer(200, "application/json", JSON.stringify(accepted))
      },
      cut: () => {
        // In the middle of the answer: a browser would send the request again if it were cut off before.
        res.writeHead(200, { "content-length": "1000" }).write("{", () => res.destroy())
      },
    })
  } else if (url.pathname === "/submit") {
    void readAll(req).then((bytes) => {
      submits.put(partsOf(bytes, req.headers["content-type"] ?? ""))
      res.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Submitted</title>")
    })
  } else if (url.pathname.startsWith("/trpc/")) {
    if (url.searchParams.has("batch")) trpc.batches += 1
    answerTrpc(req, res)
  } else {
    const type = url.pathname.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8"
    res.writeHead(200, { "content-type": type }).end(scripts[url.pathname] ?? html)
  }
}
const answerTrpc = createHTTPHandler({ router, basePath: "/trpc/" })

/** What a page of these tests finds on `window`. */
export interface PageWorld {
  /** What the page imported. */
  door: typeof import("sticky-uploads/view")
  client: StickyClient
  input: HTMLInputElement
  log: unknown[]
  trpc: ReturnType<typeof import("@trpc/client").createTRPCClient<typeof router>>
}
declare const window: Window & PageWorld

let server: Server
let origin: string
let browser: Browser
export let page: Page

/** Serves the stand-in to a Chromium for one test file; every test has a page of its own, in which nothing may throw. */
export function useStandIn(options?: LaunchOptions) {
  beforeAll(async () => {
    const module = (contents: string) => bundle({ stdin: { contents, resolveDir: import.meta.dirname }, format: "esm" })
    scripts = {
      "/client.js": await module(`export * from "sticky-uploads/client"`),
      "/view.js": await module(`export * from "sticky-uploads/client"; export * from "sticky-uploads/view"`),
      "/link.js": await module(
        `export * from "sticky-uploads/client"; export * from "sticky-uploads/link"; export { createTRPCClient, httpBatchLink } from "@trpc/client"`,
      ),
    }
    server = createServer(standIn).listen(0, "127.0.0.1")
    await new Promise((resolve) => server.once("listening", resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await launchChromium(options)
  })
  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    await new Promise((resolve) => server?.close(resolve))
  })
  beforeEach(async () => {
    uploads = createQueue()
    submits = createQueue()
    trpc.batches = 0
    trpc.fails = undefined
    page = await browser.newPage()
  })
  afterEach(async () => {
    expect(errors, "errors of the page").toEqual([])
    await page.close()
  })
}

/** What the page threw; a test takes out what it expects. */
export let errors: string[]

/** Opens a page with the given body, in which `script` runs with a client at hand. */
export async function open(body: string, script = `client.bind()`, door = "client") {
  errors = []
  page.on("pageerror", (error) => errors.push(String(error)))
  html = `<!doctype html><meta charset="utf-8"><title>Test</title>${body}<script type="module">
    import * as door from "/${door}.js"
    window.door = door
    const client = window.client = door.createStickyClient({ url: "/sticky" })
    window.log = []
    window.input = document.querySelector("input[type=file]")
    ${script}
  </script>`
  opened += 1
  await page.goto(`${origin}/?${opened}`)
}

export const file = (name: string, size = 3, mimeType = "text/plain") => ({
  name,
  mimeType,
  buffer: Buffer.alloc(size, "x"),
})
export const picker = () => page.locator("input[type=file]").first()
export const pick = (name: string) => picker().setInputFiles(file(name))
/** Presses the button; a page that this leads to at once is there. */
export async function save(): Promise<void> {
  await page.locator("button[value=save]").click()
  await page.waitForLoadState()
}
export const hidden = (name = "_upload") =>
  page.locator(`input[name="${name}"]`).evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value))
export const status = () => page.locator("output").first().textContent()
export const state = () => page.evaluate(() => window.input.stickyUploader?.state)
export const log = () => page.evaluate(() => window.log)
export const becomes = (wanted: string) =>
  page.waitForFunction((name) => window.input.stickyUploader?.state === name, wanted)
export const names = (parts: Part[]) => parts.map(({ name, filename, value }) => `${name}=${filename ?? value}`).sort()

export const field = `<input type="file" name="upload" data-upload-url="/sticky/submission.create/upload">`
export const form = (inner: string, attributes = "") =>
  `<form id="form" action="/submit" method="post" enctype="multipart/form-data" ${attributes}>${inner}
    <button name="button" value="save">Save</button></form>`
export const sink = `<iframe name="sink"></iframe>`
export const hooks = `{
  before(file, own) { log.push(["before", file.name, this === own, own.processing]) },
  progress(fraction) { if (log.at(-1)[0] !== "progress") log.push(["progress"]) },
  success(answer) { log.push(["success", answer.is_valid, answer.stored ?? answer.errors.upload]) },
  failure(failure) { log.push(["failure", failure.status, failure.code, failure.errors.upload]) },
}`
