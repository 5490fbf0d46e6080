import { createHmac, randomUUID } from "node:crypto"
import { once } from "node:events"
import type { IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import express, { type Express, type RequestHandler, type Response } from "express"
import { escapeHtml } from "sticky-uploads/html"
import { onTestFinished } from "vitest"
import { cookieOf } from "./cookie.js"
import { csrfCheck } from "./csrf-check.js"
import { createQueue, type Queue } from "./queue.js"

// A stand-in for the server's half of django-sticky-uploads 1.0.0: its upload view (V1–V11), its token (T1–T7) and a form
// with its widget (W2, W3, W5, W7), CSRF as its framework has it. Written from the description of their behaviour that
// this project works from, never from their code. It is for one test: our browser client must work with an original
// server as it stands, so nothing in here may know of us.

/** One request as the server got it. */
interface Recorded {
  method: string
  csrf: string | undefined
}

export interface OriginalServed {
  url: string
  /** The requests to the upload view. */
  requests: Recorded[]
  /** The bytes of the file of each form that passed. */
  saved: Queue<string>
}

export interface OriginalOptions {
  /** Puts the scripts of a test into the page of the form. */
  page: (html: string) => string
  /** Stands in front of the upload view, as a framework's middleware does. */
  guard?: RequestHandler
  /** Adds what the page needs. */
  routes?: (app: Express) => void
}

export const originalUploadPath = "/sticky-uploads/upload/"
const csrfToken = "a-csrf-token"
const secret = "the framework's secret key"

const signatureOf = (text: string) =>
  createHmac("sha256", `${secret}${originalUploadPath}`).update(text).digest("base64url")

function sign(claims: { name: string; storage: string }): string {
  const text = `${Buffer.from(JSON.stringify(claims)).toString("base64url")}:${Date.now().toString(36)}`
  return `${text}:${signatureOf(text)}`
}

function nameIn(token: string): string | undefined {
  const [claims = "", time = "", signature] = token.split(":")
  if (signature !== signatureOf(`${claims}:${time}`)) return undefined
  return JSON.parse(Buffer.from(claims, "base64url").toString()).name
}

async function formOf(req: IncomingMessage): Promise<FormData> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return new globalThis.Response(Buffer.concat(chunks), {
    headers: { "content-type": req.headers["content-type"] ?? "" },
  }).formData()
}

const refuseForgery = (res: Response) =>
  void res.status(403).send("<!doctype html><h1>403 Forbidden</h1><p>CSRF verification failed.</p>")

function widget(token: string, errors: readonly string[]): string {
  const current = nameIn(token)?.split("/").at(-1)
  return `${errors.map((error) => `<p class="error">${error}</p>`).join("")}
    ${current ? `Currently: ${escapeHtml(current)} Change:` : ""}
    <input type="file" name="file" required data-upload-url="${originalUploadPath}">
    <input type="hidden" name="_file" value="${token}">`
}

/** Starts the stand-in on a free port of 127.0.0.1; it ends with the test. Whoever opens its page is logged in. */
export async function serveOriginal({
  page,
  guard = (_req, _res, next) => next(),
  routes,
}: OriginalOptions): Promise<OriginalServed> {
  const files = new Map<string, string>()
  const requests: Recorded[] = []
  const saved = createQueue<string>()
  const app = express()

  app.use(originalUploadPath, (req, _res, next) => {
    requests.push({ method: req.method, csrf: req.header("x-csrftoken") })
    next()
  })
  app.use(originalUploadPath, guard)
  app.post(originalUploadPath, csrfCheck(refuseForgery), async (req, res) => {
    // The body first, the permission second (V3).
    const given = (await formOf(req)).getAll("upload").at(-1)
    if (cookieOf(req, "user") === undefined) return void res.status(403).type("html").end()
    const refuse = (message: string) => void res.json({ is_valid: false, errors: { upload: [message] } })
    if (!(given instanceof File)) return refuse("This field is required.")
    if (given.size === 0) return refuse("The submitted file is empty.")
    const name = `${randomUUID()}/${given.name}`
    files.set(name, await given.text())
    const stored = sign({ name, storage: "path.to.TheStorageClass" })
    res.json({ is_valid: true, filename: given.name, url: null, stored })
  })
  app.all(originalUploadPath, (_req, res) => void res.status(405).set("Allow", "POST, OPTIONS").end())

  const write = (token = "", errors: string[] = []) =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Form</title>
     <form method="post" action="/submissions" enctype="multipart/form-data">
       <input type="hidden" name="csrfmiddlewaretoken" value="${csrfToken}">
       <input name="title">${widget(token, errors)}<button name="button" value="save">Save</button>
     </form>`
  app.get("/", (_req, res) => void res.cookie("csrftoken", csrfToken).cookie("user", "ann").send(page(write())))
  app.post("/submissions", async (req, res) => {
    const form = await formOf(req)
    if (form.get("csrfmiddlewaretoken") !== cookieOf(req, "csrftoken")) return refuseForgery(res)
    const file = form.get("file")
    const token = String(form.get("_file"))
    // A raw file before a token (W3), and every bad token as no file at all (T7).
    const text = file instanceof File && file.size > 0 ? await file.text() : files.get(nameIn(token) ?? "")
    if (text === undefined) return void res.send(page(write("", ["This field is required."])))
    if (!form.get("title")) return void res.send(page(write(token)))
    saved.put(text)
    res.send("<!doctype html><title>Thanks</title>")
  })

  routes?.(app)
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, saved }
}
