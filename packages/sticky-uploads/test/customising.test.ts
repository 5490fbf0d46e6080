import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { doubleCsrf } from "csrf-csrf"
import express, { type Express, type Request } from "express"
import { stickyEndpoint } from "sticky-uploads/express"
import { createMemoryStorage, createSticky, type Sticky } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest"
import { readDocument } from "./support/documents.js"
import { importBlocks } from "./support/import-blocks.js"
import { multipartType, png } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { head, wireTo } from "./support/wire.js"

expectNoStrayErrors()

/** The examples of the chapter, as they stand. */
const load = importBlocks(readDocument("apps/docs/guide/customising-the-server.md"))
const root = mkdtempSync(join(tmpdir(), "sticky-customising-"))
beforeAll(() => {
  vi.stubEnv("TMPDIR", root)
  vi.stubEnv("LARGE", join(root, "large"))
  vi.stubEnv("UPLOADS", join(root, "uploads"))
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})

async function listen(app: Express): Promise<string> {
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Serves an example that is a sticky and nothing more, with a film's two fields. */
async function serveSticky(file: string) {
  const { createContext } = await load("app.ts")
  const example = (await load(file)) as { sticky: Sticky<any>; log: string[] }
  const { sticky } = example
  const schema = z.object({ recording: z.stickyFile().optional(), note: z.stickyFile().optional() })
  const app = express()
  app.use("/sticky", stickyEndpoint({ sticky, schemas: { "film.add": schema, letter: schema }, createContext }))
  app.post("/films", express.json(), async (req, res) => {
    const call = { ctx: createContext({ req }), procedure: "film.add", input: req.body }
    const texts = await sticky.run(call, async () => {
      const { recording, note } = schema.parse(req.body)
      return [await recording?.text(), await note?.text()]
    })
    res.json(texts)
  })
  return { ...example, url: await listen(app) }
}

const formOf = (fields: Record<string, string | File>) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}
const image = (size = 500) => new Uint8Array(png(size))
const picked = (content: BlobPart = image()) => formOf({ upload: new File([content], "a.png") })

async function send(method: string, url: string, headers: Record<string, string> = {}, body?: FormData | string) {
  const answer = await fetch(url, {
    method,
    headers: { "x-user": "ann", ...headers },
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get("content-type")?.startsWith("application/json")
  return { status: answer.status, headers: answer.headers, text, json: isJson && text ? JSON.parse(text) : undefined }
}
const post = (url: string, headers?: Record<string, string>, body: FormData | string = picked()) =>
  send("POST", url, headers, body)
const json = { "content-type": "application/json" }

/** What is answered to the head of a request alone, not a byte of whose body is ever sent. */
async function headAnswer(url: string, path: string, headers: Record<string, string>) {
  const wire = await wireTo(Number(new URL(url).port))
  await wire.send(head("POST", path, { "Content-Type": multipartType, "Content-Length": 1000, ...headers }))
  return wire.answer()
}

describe("another storage for one field", () => {
  it("takes that field's files, gives them back at submit, and is swept beside the other", async () => {
    const { url, sticky } = await serveSticky("storages.ts")
    const tokens = async () => {
      const recording = await post(`${url}/sticky/film.add/recording`, {}, picked("the recording"))
      const note = await post(`${url}/sticky/film.add/note`, {}, picked("the note"))
      return { recording: recording.json.stored, note: note.json.stored }
    }
    const submitted = await tokens()
    // Both are made on first use: the one of the environment, and the one under the system's temp directory.
    const directories = readdirSync(root)
    expect(directories).toEqual(["large", expect.stringMatching(/^sticky-uploads-/)])
    expect(directories.map((name) => readdirSync(join(root, name)).length)).toEqual([1, 1])
    expect((await post(`${url}/films`, json, JSON.stringify(submitted))).json).toEqual(["the recording", "the note"])
    await tokens()
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000)
    const waiting = directories.flatMap((name) => readdirSync(join(root, name)).map((key) => join(root, name, key)))
    for (const path of waiting) utimesSync(path, twoDaysAgo, twoDaysAgo)
    // Two files that wait, and the marks of two that were used.
    expect(await sticky.sweep()).toMatchObject({ removedFiles: 4 })
    expect(directories.flatMap((name) => readdirSync(join(root, name)))).toEqual([])
  })
})

describe("another authorize for one field", () => {
  it("refuses others before a byte of the body is read, and lets staff in", async () => {
    const { url } = await serveSticky("staff-only.ts")
    const answer = await headAnswer(url, "/sticky/film.add/recording", { "X-User": "ann" })
    expect(answer).toMatchObject({ status: 403, json: { is_valid: false, code: "upload_forbidden" } })
    const taken = await post(`${url}/sticky/film.add/recording`, { "x-user": "staff-joe" })
    expect(taken.json).toMatchObject({ is_valid: true })
    expect((await post(`${url}/sticky/letter/note`)).json).toMatchObject({ is_valid: true })
  })
})

describe("an endpoint of its own", () => {
  const call = async (url: string, path: string, input: object, user: string) => {
    const answer = await post(`${url}/trpc/${path}`, { ...json, "x-user": user }, JSON.stringify(input))
    return answer.json.error ? JSON.parse(answer.json.error.message)[0].params.code : answer.json.result.data.type
  }

  it("has its own people, limits and tokens, and the field points there", async () => {
    const { app, field } = await load("staff.ts")
    const url = await listen(app)
    const [staff, megabytes] = [{ "x-user": "staff-joe" }, picked(image(1_500_000))]
    const at = /data-upload-url="([^"]+)"/.exec(field)?.[1] as string
    expect((await post(url + at)).json.code).toBe("upload_forbidden")
    expect((await post(`${url}/sticky/letter/scan`, staff, megabytes)).json.code).toBe("body_too_large")
    const { stored: recording } = (await post(url + at, staff, megabytes)).json
    const { stored: scan } = (await post(`${url}/sticky/letter/scan`, staff)).json
    expect(await call(url, "letter", { scan: recording }, "staff-joe")).toBe("token_wrong_target")
    expect(await call(url, "film", { recording: scan }, "staff-joe")).toBe("token_wrong_target")
    expect(await call(url, "film", { recording }, "staff-joe")).toBe("image/png")
    expect(await call(url, "letter", { scan }, "staff-joe")).toBe("image/png")
  })

  it("is the only one that takes the files of its procedures: its limits are not those of everybody", async () => {
    const { app } = await load("staff.ts")
    const url = await listen(app)
    expect((await post(`${url}/sticky/film/recording`)).json.code).toBe("target_unknown")
    expect((await post(`${url}/staff/sticky/letter/scan`, { "x-user": "staff-joe" })).json.code).toBe("target_unknown")
  })
})

describe("a token against cross-site requests", () => {
  const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" }

  /** The app, and what a browser with this session has after it has seen the form. */
  async function serveLetters(session = "one") {
    const { app } = await load("csrf.ts")
    const url = await listen(app)
    const page = await send("GET", url, { cookie: `session=${session}` })
    const token = /csrf=([^"]+)"/.exec(page.text)?.[1] as string
    const cookie = `session=${session}; csrftoken=${token}`
    expect(page.headers.get("set-cookie")).toContain(`csrftoken=${token};`)
    expect(page.headers.get("set-cookie")).not.toContain("HttpOnly")
    return { url, token, cookie, target: `${url}/sticky/letter/scan` }
  }

  it("alone lets an upload in, wherever it says that it comes from", async () => {
    const { target, token, cookie } = await serveLetters()
    expect((await post(target, { ...evil, cookie, "x-csrftoken": token })).json).toMatchObject({ is_valid: true })
  })

  it("is asked for: without it, without its cookie and with another session's there is no way in", async () => {
    const { target, token, cookie } = await serveLetters()
    const refusals = [
      await post(target, { cookie }),
      await post(target, { "x-csrftoken": token }),
      await post(target, { cookie: cookie.replace("session=one", "session=two"), "x-csrftoken": token }),
      await post(target, { cookie, "x-csrftoken": `${token}0` }),
      await send("DELETE", target, { cookie, "x-sticky-token": "nonsense" }),
    ]
    expect(refusals.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    const allowed = await send("DELETE", target, { cookie, "x-sticky-token": "nonsense", "x-csrftoken": token })
    expect(allowed.json.code).toBe("token_malformed")
  })

  it("stands in the address of a form without JavaScript, whose file sticks", async () => {
    const { url, token, cookie } = await serveLetters()
    const form = (title: string, more: Record<string, string | File>) => formOf({ title, ...more })
    const scan = new File([image(300)], "letter.png")
    expect((await post(`${url}/letters`, { cookie }, form("x", { scan }))).status).toBe(403)
    const failed = await post(`${url}/letters?csrf=${token}`, { ...evil, cookie }, form("", { scan }))
    expect(failed.status).toBe(422)
    const [, staged = ""] = /name="_scan"[^>]*value="([^"]+)"/.exec(failed.text) ?? []
    const [, again] = /action="([^"]+)"/.exec(failed.text) ?? []
    const passed = await post(`${url}${again}`, { cookie }, form("x", { scan: new File([], ""), _scan: staged }))
    expect([passed.status, passed.headers.get("location")]).toEqual([303, "/"])
  })

  it("can be asked for in authorize: then the refusal is ours, and not a byte was read", async () => {
    const { validateRequest } = doubleCsrf({ getSecret: () => "secret", getSessionIdentifier: () => "" })
    const sticky = createSticky<object>({
      secrets: ["a secret of more than thirty-two bytes"],
      storage: createMemoryStorage(),
      trustedOrigins: "any",
      authorize: ({ req }) => validateRequest(req as Request),
    })
    onTestFinished(() => sticky.close())
    const app = express()
    app.use((req, _res, next) => {
      req.cookies = {}
      next()
    })
    const schemas = { letter: z.object({ scan: z.stickyFile() }) }
    app.use("/sticky", stickyEndpoint({ sticky, schemas, createContext: () => ({}) }))
    const answer = await headAnswer(await listen(app), "/sticky/letter/scan", {})
    expect(answer).toMatchObject({ status: 403, json: { code: "upload_forbidden" } })
  })
})

describe("quotas", () => {
  it("refuse one upload too many, and nobody else's", async () => {
    const { url } = await serveSticky("quotas.ts")
    const target = `${url}/sticky/letter/note`
    const statuses = new Map<number, number>()
    for (let at = 0; at < 62; at += 1) {
      const { status } = await post(target)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    expect([...statuses]).toEqual([
      [200, 60],
      [429, 2],
    ])
    expect((await post(target, { "x-user": "bob" })).status).toBe(200)
  })
})

describe("watching", () => {
  it("writes the log that the chapter promises", async () => {
    const { url, log, sticky } = await serveSticky("hooks.ts")
    await post(`${url}/sticky/film.add/note`, {}, picked("a note"))
    await post(`${url}/sticky/film.add/note`, { origin: "https://evil.example" })
    await sticky.sweep()
    await expect.poll(() => log).toHaveLength(3)
    expect(log).toEqual(
      expect.arrayContaining([
        "ann staged a.png (6, text/plain) for film.add/note",
        "someone: origin_refused 403 at film.add/note",
        "swept 0",
      ]),
    )
  })
})

describe("in everyone's own language", () => {
  it("answers each in theirs", async () => {
    const { url } = await serveSticky("languages.ts")
    const said = async (language: string, user = "ann") => {
      const answer = await post(
        `${url}/sticky/letter/note`,
        { "accept-language": language, "x-user": user },
        picked(""),
      )
      return answer.json.errors.upload[0]
    }
    expect(await said("de-AT,en")).toBe("Die Datei ist leer: a.png")
    expect(await said("fr")).toBe("Le fichier est vide : a.png")
    expect(await said("nl")).toBe("File is empty: a.png")
    expect(await said("de", "")).toBe("Bitte melden Sie sich an.")
  })
})
