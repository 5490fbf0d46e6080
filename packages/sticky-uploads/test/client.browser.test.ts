import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { initTRPC } from "@trpc/server"
import { createHTTPHandler } from "@trpc/server/adapters/standalone"
import * as esbuild from "esbuild"
import type { Browser, Page } from "playwright-core"
import type { StickyToken } from "sticky-uploads"
import type { StickyClient } from "sticky-uploads/client"
import { stickyField } from "sticky-uploads/html"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import * as z from "zod"
import { launchChromium } from "./support/chromium.js"

/** One part of a multipart body: text, or a file's name and size. */
interface Part {
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
interface Upload {
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

/** A queue that can be awaited before there is anything in it. */
function createQueue<Item>() {
  const items: Item[] = []
  const takers: ((item: Item) => void)[] = []
  return {
    put(item: Item) {
      const taker = takers.shift()
      if (taker) taker(item)
      else items.push(item)
    },
    take: () => new Promise<Item>((resolve) => (items.length ? resolve(items.shift() as Item) : takers.push(resolve))),
    get size() {
      return items.length
    },
  }
}

async function readAll(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const t = initTRPC.create()
const sticky = z.custom<File | StickyToken>((value) => typeof value === "string")
let trpcFails: string | undefined
const echo = <Input>({ input }: { input: Input }) => {
  if (trpcFails) throw new Error(trpcFails)
  return input
}
const router = t.router({
  submission: t.router({
    create: t.procedure.input(z.object({ title: z.string(), upload: sticky })).mutation(echo),
    album: t.procedure.input(z.object({ items: z.array(z.object({ photo: sticky })) })).mutation(echo),
    form: t.procedure.input(z.instanceof(FormData)).mutation(({ input }) => [...input.keys()]),
  }),
})

let uploads = createQueue<Upload>()
let submits = createQueue<Part[]>()
let batches = 0
let html = ""
let scripts: Record<string, string>

/** Stands in for the endpoint: it speaks the wire of V6 and V7, and answers when and what a test wants. */
function standIn(req: IncomingMessage, res: ServerResponse) {
  const url = new URL(req.url ?? "", "http://stand-in")
  if (url.pathname.startsWith("/sticky/")) {
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
    if (url.searchParams.has("batch")) batches += 1
    trpc(req, res)
  } else {
    const type = url.pathname.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8"
    res.writeHead(200, { "content-type": type }).end(scripts[url.pathname] ?? html)
  }
}
const trpc = createHTTPHandler({ router, basePath: "/trpc/" })

/** What a page of these tests finds on `window`. */
interface PageWorld {
  client: StickyClient
  input: HTMLInputElement
  log: unknown[]
  trpc: ReturnType<typeof import("@trpc/client").createTRPCClient<typeof router>>
}
declare const window: Window & PageWorld

let server: Server
let origin: string
let browser: Browser
let page: Page

beforeAll(async () => {
  const bundle = async (contents: string) => {
    const { outputFiles } = await esbuild.build({
      stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
      bundle: true,
      format: "esm",
      conditions: ["@sticky-uploads/source", "browser"],
      write: false,
    })
    return (outputFiles[0] as esbuild.OutputFile).text
  }
  scripts = {
    "/client.js": await bundle(`export * from "sticky-uploads/client"`),
    "/link.js": await bundle(
      `export * from "sticky-uploads/client"; export * from "sticky-uploads/link"; export { createTRPCClient, httpBatchLink } from "@trpc/client"`,
    ),
  }
  server = createServer(standIn).listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve))
})
beforeEach(async () => {
  uploads = createQueue()
  submits = createQueue()
  batches = 0
  trpcFails = undefined
  page = await browser.newPage()
})
afterEach(async () => {
  expect(errors, "errors of the page").toEqual([])
  await page.close()
})

let errors: string[]

/** Opens a page with the given body, in which `script` runs with a client at hand. */
async function open(body: string, script = `client.bind()`, door = "client") {
  errors = []
  page.on("pageerror", (error) => errors.push(String(error)))
  html = `<!doctype html><meta charset="utf-8"><title>Test</title>${body}<script type="module">
    import * as door from "/${door}.js"
    const client = window.client = door.createStickyClient({ url: "/sticky" })
    window.log = []
    window.input = document.querySelector("input[type=file]")
    ${script}
  </script>`
  await page.goto(origin)
}

const file = (name: string, size = 3, mimeType = "text/plain") => ({ name, mimeType, buffer: Buffer.alloc(size, "x") })
const picker = () => page.locator("input[type=file]").first()
const pick = (name: string) => picker().setInputFiles(file(name))
const save = () => page.locator("button[value=save]").click()
const hidden = (name = "_upload") =>
  page.locator(`input[name="${name}"]`).evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value))
const status = () => page.locator("output").first().textContent()
const state = () => page.evaluate(() => window.input.stickyUploader?.state)
const log = () => page.evaluate(() => window.log)
const settled = () => page.evaluate(() => window.input.stickyUploader?.settled as Promise<unknown>)
const becomes = (wanted: string) => page.waitForFunction((name) => window.input.stickyUploader?.state === name, wanted)
const names = (parts: Part[]) => parts.map(({ name, filename, value }) => `${name}=${filename ?? value}`).sort()

const field = `<input type="file" name="upload" data-upload-url="/sticky/submission.create/upload">`
const form = (inner: string, attributes = "") =>
  `<form id="form" action="/submit" method="post" enctype="multipart/form-data" ${attributes}>${inner}
    <button name="button" value="save">Save</button></form>`
const sink = `<iframe name="sink"></iframe>`
const hooks = `{
  before(file, own) { log.push(["before", file.name, this === own, own.processing]) },
  progress(fraction) { if (log.at(-1)[0] !== "progress") log.push(["progress"]) },
  success(answer) { log.push(["success", answer.is_valid, answer.stored ?? answer.errors.upload]) },
  failure(failure) { log.push(["failure", failure.status, failure.code, failure.errors.upload]) },
}`

describe("an upload", () => {
  it("goes to its target as the part upload, and its token into the hidden field (V4, B7)", async () => {
    await open(form(field), `document.cookie = "csrftoken=a%20b"; client.bind()`)
    await pick("日本.txt")
    const upload = await uploads.take()
    expect(upload.target).toBe("submission.create/upload")
    expect(upload.headers).toMatchObject({ "x-csrftoken": "a b", accept: "application/json" })
    expect(await status()).toBe("Uploading…")
    expect(await upload.part()).toMatchObject({ name: "upload", filename: "日本.txt", value: "xxx" })
    await upload.accept("abc")
    await becomes("ready")
    expect(await hidden()).toEqual(["abc"])
    expect(await status()).toBe("")
  })

  it("tells how far it is while its bytes go (B4)", async () => {
    await open(form(field), `client.bind(document, ${hooks})`)
    await picker().evaluate((each) => {
      const picked = new DataTransfer()
      picked.items.add(new File([new Uint8Array(30_000_000)], "big.bin"))
      Object.assign(each, { files: picked.files }).dispatchEvent(new Event("change"))
    })
    const upload = await uploads.take()
    // The stand-in does not read yet, so that the bytes stop somewhere on the way.
    await page.waitForFunction(() => /^\d+%$/.test(document.querySelector("output")?.textContent ?? ""))
    expect(Number.parseInt((await status()) ?? "", 10)).toBeLessThan(100)
    await upload.accept()
    await becomes("ready")
    expect(await log()).toEqual([["before", "big.bin", true, true], ["progress"], ["success", true, "token"]])
  })

  it("ends on the wire when it is aborted, and the file stays for the form", async () => {
    await open(form(field))
    await pick("a.txt")
    const upload = await uploads.take()
    await page.evaluate(() => window.input.stickyUploader?.abort())
    await upload.aborted
    expect(await state()).toBe("idle")
    await save()
    expect(names(await submits.take())).toEqual(["_upload=", "button=save", "upload=a.txt"])
  })

  it.each([
    ["an HTML 403", (upload: Upload) => upload.answer(403, "text/html", "<h1>Forbidden</h1>"), 403, "internal_error"],
    ["an empty 403", (upload: Upload) => upload.answer(403, "text/html", ""), 403, "internal_error"],
    ["a page with status 200", (upload: Upload) => upload.answer(200, "text/html", "Log in"), 200, "internal_error"],
    ["JSON of another shape", (upload: Upload) => upload.answer(200, "application/json", "[1]"), 200, "internal_error"],
    ["a broken line", async (upload: Upload) => upload.cut(), 0, "upload_aborted"],
  ])("that gets %s is a failure, and the file goes with the form (D3)", async (_what, answer, code, name) => {
    await open(form(field), `client.bind(document, ${hooks})`)
    await pick("a.txt")
    await answer(await uploads.take())
    await becomes("failed")
    const message = "Upload failed; please try again."
    expect((await log()).at(-1)).toEqual(["failure", code, name, [message]])
    expect(await status()).toBe(message)
    expect(await hidden()).toEqual([""])
    await save()
    expect(names(await submits.take())).toEqual(["_upload=", "button=save", "upload=a.txt"])
  })

  it("that is refused says why, at its input, and holds the form back (V7)", async () => {
    await open(form(field), `client.bind(document, ${hooks})`)
    await pick("a.txt")
    const refused = { is_valid: false, errors: { upload: ["Too bad."] }, code: "file_empty", details: {} }
    await (await uploads.take()).answer(200, "application/json", JSON.stringify(refused))
    await becomes("refused")
    expect((await log()).at(-1)).toEqual(["success", false, ["Too bad."]])
    const shown = await picker().evaluate((each) => {
      const input = each as HTMLInputElement
      const ids = (input.getAttribute("aria-describedby") ?? "").trim().split(" ")
      return [ids.map((id) => document.getElementById(id)?.textContent), input.ariaInvalid, input.validationMessage]
    })
    expect(shown).toEqual([["Too bad."], "true", "Too bad."])
    await save()
    expect(submits.size).toBe(0)
    await pick("b.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await save()
    expect(names(await submits.take())).toContain("_upload=token")
  })

  it("is sent again by retry", async () => {
    await open(form(field))
    await pick("a.txt")
    ;(await uploads.take()).cut()
    await becomes("failed")
    await page.evaluate(() => window.input.stickyUploader?.retry())
    await (await uploads.take()).accept("again")
    await becomes("ready")
    expect(await hidden()).toEqual(["again"])
  })
})

describe("the last choice", () => {
  it("wins, also over a late answer to the one before (D4)", async () => {
    await open(form(field))
    await pick("a.txt")
    const first = await uploads.take()
    await first.part()
    await pick("b.txt")
    const second = await uploads.take()
    await first.aborted
    await second.accept("second")
    await becomes("ready")
    await first.accept("first")
    expect(await hidden()).toEqual(["second"])
  })

  it("empties the token of the one before at once (D6)", async () => {
    await open(form(field))
    await pick("a.txt")
    await (await uploads.take()).accept("old")
    await becomes("ready")
    await pick("b.txt")
    expect(await hidden()).toEqual([""])
    await uploads.take()
    await save()
    expect(names(await submits.take())).toEqual(["_upload=", "button=save", "upload=b.txt"])
  })

  it("clears when it is empty (D5)", async () => {
    await open(form(field))
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await picker().setInputFiles([])
    expect([await state(), await hidden()]).toEqual(["idle", [""]])
    await pick("b.txt")
    const running = await uploads.take()
    await page.evaluate(() => window.input.stickyUploader?.clear())
    await running.aborted
    expect([await state(), await status(), await picker().inputValue()]).toEqual(["idle", "", ""])
  })

  it("is taken back by the form's reset, which leaves what the page came with", async () => {
    await open(form(`${field}<input type="hidden" name="_upload" value="staged"><input type="reset">`))
    await page.locator("[type=reset]").click()
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    expect([await state(), await hidden()]).toEqual(["ready", ["staged"]])
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await page.locator("[type=reset]").click()
    await becomes("idle")
    expect(await hidden()).toEqual([""])
  })
})

describe("the hook before", () => {
  it.each([
    ["false", "() => false", "idle"],
    ["a promise of false", "async () => false", "idle"],
    ["nothing (D2)", "() => {}", "ready"],
    ["null", "async () => null", "ready"],
  ])("that gives %s decides", async (_what, before, wanted) => {
    await open(form(field), `client.bind(document, { before: ${before} })`)
    await pick("a.txt")
    if (wanted === "ready") await (await uploads.take()).accept()
    await becomes(wanted)
    expect(uploads.size).toBe(0)
  })

  it("may be overtaken by the next choice", async () => {
    await open(
      form(field),
      `client.bind(document, { before: (file) => file.name === "a.txt" ? new Promise((go) => { window.go = go }) : true })`,
    )
    await pick("a.txt")
    await pick("b.txt")
    await page.evaluate(() => (window as unknown as { go: () => void }).go())
    const upload = await uploads.take()
    expect((await upload.part()).filename).toBe("b.txt")
    await upload.accept()
    await becomes("ready")
    expect(uploads.size).toBe(0)
  })

  it("that throws leaves the file to the form, and its error to the console", async () => {
    await open(form(field), `client.bind(document, { before() { throw new Error("hook") } })`)
    await pick("a.txt")
    await becomes("idle")
    expect(errors.splice(0)).toEqual(["Error: hook"])
  })

  it("has an event beside it, whose default can be prevented", async () => {
    await open(
      form(field),
      `client.bind(); document.addEventListener("sticky:before", (event) => event.preventDefault())`,
    )
    await pick("a.txt")
    await becomes("idle")
    expect(uploads.size).toBe(0)
  })
})

describe("a submit", () => {
  it("carries the token and not the file again, and leaves the input live (B8, D9)", async () => {
    await open(form(field, `target="sink"`).concat(sink))
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    for (const _again of [1, 2]) {
      await save()
      expect(names(await submits.take())).toEqual(["_upload=token", "button=save"])
      expect(await picker().isDisabled()).toBe(false)
    }
    await page.evaluate(() => (document.getElementById("form") as HTMLFormElement).submit())
    expect(names(await submits.take())).toEqual(["_upload=token"])
  })

  it("aborts by default while an upload runs, and takes the file itself", async () => {
    await open(form(field, `target="sink"`).concat(sink))
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    expect(names(await submits.take())).toEqual(["_upload=", "button=save", "upload=a.txt"])
    await upload.aborted
    expect([await state(), await picker().isDisabled()]).toEqual(["idle", false])
  })

  it("that another listener prevents leaves the upload running and the input live (P11)", async () => {
    await open(
      form(field),
      `client.bind(); document.forms[0].addEventListener("submit", (event) => event.preventDefault())`,
    )
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    expect([await state(), await picker().isDisabled()]).toEqual(["uploading", false])
    await upload.accept()
    await becomes("ready")
    expect(await page.evaluate(() => [...new FormData(document.forms[0])].map(([name]) => name))).toEqual(["_upload"])
  })

  it("waits when told so, and goes on once, by the last button that was pressed (D10)", async () => {
    await open(
      form(
        `<input name="title" required>${field}<button name="button" value="other">Other</button>`,
        `target="sink"`,
      ).concat(sink),
      `client.bind(document, { submit: "wait" })
       document.forms[0].addEventListener("submit", (event) => log.push(event.submitter.value))`,
    )
    await page.locator("[name=title]").fill("x")
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    await page.getByRole("button", { name: "Other" }).click()
    expect([await log(), submits.size]).toEqual([[], 0])
    await upload.accept()
    expect(names(await submits.take())).toEqual(["_upload=token", "button=other", "title=x"])
    expect(await log()).toEqual(["other"])
  })

  it("that waits for several uploads goes on when the last is in", async () => {
    const second = field.replace(`"upload"`, `"second"`).replace("/upload", "/second")
    await open(form(field + second), `client.bind(document, { submit: "wait" })`)
    await pick("a.txt")
    const first = await uploads.take()
    await page.locator("[name=second]").setInputFiles(file("b.txt"))
    const other = await uploads.take()
    await save()
    await first.accept("1")
    await becomes("ready")
    expect(submits.size).toBe(0)
    await other.accept("2")
    expect(names(await submits.take())).toEqual(["_second=2", "_upload=1", "button=save"])
  })

  it("that waits is dropped when the upload fails, and the next one takes the file", async () => {
    await open(form(field), `client.bind(document, { submit: "wait" })`)
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    upload.cut()
    await becomes("failed")
    await settled()
    expect(submits.size).toBe(0)
    await save()
    expect(names(await submits.take())).toEqual(["_upload=", "button=save", "upload=a.txt"])
  })

  it("can be handled by a hook instead", async () => {
    await open(
      form(field),
      `client.bind(document, { submit(event, own) { log.push([own === this, event.type, own.processing]); event.preventDefault() } })`,
    )
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    expect(await log()).toEqual([[true, "submit", true]])
    await upload.accept()
    await becomes("ready")
  })
})

describe("inputs", () => {
  it("may have any legal name, also twice (D7)", async () => {
    const odd = field.replace(`"upload"`, `"items[0].file"`)
    await open(form(odd + odd))
    await page.locator("input[type=file]").nth(0).setInputFiles(file("a.txt"))
    await (await uploads.take()).accept("1")
    await page.locator("input[type=file]").nth(1).setInputFiles(file("b.txt"))
    const second = await uploads.take()
    await save()
    expect(names(await submits.take())).toEqual(
      ["_items[0].file=1", "_items[0].file=", "button=save", "items[0].file=b.txt"].sort(),
    )
    await second.aborted
  })

  it("may be tied to their form by an attribute, or stand alone (D8)", async () => {
    const tied = field.replace("<input", `<input form="form"`)
    await open(`${tied}${form("")}${field.replace(`"upload"`, `"alone"`)}`)
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await page.locator("[name=alone]").setInputFiles(file("b.txt"))
    await (await uploads.take()).accept("2")
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("[name=_alone]")?.value === "2")
    await save()
    expect(names(await submits.take())).toEqual(["_upload=token", "button=save"])
  })

  it("that come later are bound too, until bind is undone (B1)", async () => {
    await open(form(""), `window.unbind = client.bind()`)
    await page.evaluate((field) => document.forms[0]?.insertAdjacentHTML("afterbegin", field), field)
    await pick("a.txt")
    await (await uploads.take()).accept()
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("[name=_upload]")?.value === "token")
    await page.evaluate(() => (window as unknown as { unbind: () => void }).unbind())
    expect(await picker().evaluate((each) => (each as HTMLInputElement).stickyUploader)).toBe(undefined)
    await pick("b.txt")
    await save()
    expect(names(await submits.take())).toEqual(["_upload=", "button=save", "upload=b.txt"])
  })

  it("that are required are satisfied by a token, and by nothing else (W6)", async () => {
    const required = field.replace("<input", "<input required")
    await open(form(`${required}<input type="hidden" name="_upload" value="staged">`, `target="sink"`).concat(sink))
    await save()
    expect(names(await submits.take())).toContain("_upload=staged")
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    await picker().setInputFiles([])
    await save()
    expect([await state(), submits.size]).toEqual(["idle", 0])
    expect(await picker().evaluate((each) => (each as HTMLInputElement).validity.valueMissing)).toBe(true)
  })

  it("that take several files carry a token for each, and leave boxes alone that are not theirs", async () => {
    const files = [{ token: "kept", name: "kept.pdf", size: 5 }]
    const html = stickyField({ name: "attachments", url: "/sticky/album.add/attachments.*", multiple: true, files })
    await open(form(html))
    await picker().setInputFiles([file("a.txt"), file("b.txt")])
    const [first, second] = [await uploads.take(), await uploads.take()]
    expect(first.target).toBe("album.add/attachments.*")
    await first.accept((await first.part()).filename)
    await second.accept((await second.part()).filename)
    await becomes("ready")
    expect(await hidden("_attachments")).toEqual(["kept", "a.txt", "b.txt"])
    await picker().setInputFiles([file("c.txt")])
    expect(await hidden("_attachments")).toEqual(["kept"])
    const third = await uploads.take()
    await third.accept("c")
    await becomes("ready")
    await save()
    expect(names(await submits.take())).toEqual(["_attachments=c", "_attachments=kept", "button=save"])
  })

  it("of several, of which some failed, send those as files and the others as tokens", async () => {
    await open(form(field.replace("<input", "<input multiple")))
    await picker().setInputFiles([file("a.txt"), file("b.txt")])
    const both = [await uploads.take(), await uploads.take()]
    for (const upload of both) {
      if ((await upload.part()).filename === "a.txt") await upload.accept("a")
      else upload.cut()
    }
    await becomes("failed")
    await save()
    expect(names(await submits.take())).toEqual(["_upload=a", "button=save", "upload=b.txt"])
  })

  it("are judged by the limits that stickyField wrote, before a byte is sent", async () => {
    const limits = { maxBytes: 5_000_000, minBytes: 2, accept: ["image/*", ".pdf"] }
    await open(
      form(stickyField({ name: "upload", url: "/sticky/submission.create/upload", limits })),
      `client.bind(document, ${hooks})`,
    )
    const refusals: [ReturnType<typeof file>, string][] = [
      [file("big.png", 7_200_000, "image/png"), "File is 7.2 MB; the limit is 5 MB: big.png"],
      [file("a.png", 1, "image/png"), "File is 1 byte; at least 2 bytes are needed: a.png"],
      [file("empty.pdf", 0, ""), "File is empty: empty.pdf"],
      [file("a.txt", 9), "File is of type text/plain; allowed are image/*, .pdf: a.txt"],
    ]
    for (const [each, message] of refusals) {
      await picker().setInputFiles(each)
      await becomes("refused")
      expect((await log()).at(-1)).toEqual(["success", false, [message]])
    }
    for (const each of [file("photo.JPG", 9, ""), file("x", 9, "application/x-pdf"), file("x.pdf", 9, "text/odd")]) {
      await picker().setInputFiles(each)
      await (await uploads.take()).accept()
      await becomes("ready")
    }
    expect(uploads.size).toBe(0)
  })
})

describe("attach", () => {
  it("works in a shadow root, where events do not leave", async () => {
    await open(
      `<div id="host"></div>`,
      `const root = document.getElementById("host").attachShadow({ mode: "open" })
       root.innerHTML = \`${form(field, `target="sink"`)}<iframe name="sink"></iframe>\`
       window.input = root.querySelector("input")
       client.attach(input, "submission.create/upload", { submit: "wait" })`,
    )
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    expect(submits.size).toBe(0)
    await upload.accept()
    expect(names(await submits.take())).toEqual(["_upload=token", "button=save"])
  })

  it("uploads what was picked before the script came: it stayed behind until the submit", async () => {
    await open(form(field), `window.arrive = () => client.attach(input, "submission.create/upload")`)
    await pick("early.txt")
    await page.evaluate(() => (window as unknown as { arrive(): void }).arrive())
    await (await uploads.take()).accept("of early.txt")
    await becomes("ready")
    expect(await hidden()).toEqual(["of early.txt"])
  })

  it("can be undone and done again, as React's strict mode does", async () => {
    await open(
      form(field),
      `client.attach(input, "submission.create/upload").destroy(); client.attach(input, "submission.create/upload")`,
    )
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    expect(await page.locator("output").count()).toBe(1)
    expect(await hidden()).toEqual(["token"])
    expect(uploads.size).toBe(0)
  })
})

describe("client.upload", () => {
  const upload = (name: string, script: string) =>
    page.evaluate(
      ([name, script]) => new Function("file", `return ${script}`)(new File(["xxx"], name as string)),
      [name, script],
    )

  it("resolves to the token, and rejects with the code and the message of a refusal", async () => {
    await open("", "")
    const token = upload("a.txt", `client.upload(file, "submission.create/odd name?#")`)
    const first = await uploads.take()
    expect(first.target).toBe("submission.create/odd name%3F%23")
    await first.accept("abc")
    expect(await token).toBe("abc")
    const caught = `.catch((error) => [error instanceof Error, error.name, error.code, error.message, error.status])`
    const refused = upload("a.txt", `client.upload(file, "a/b")${caught}`)
    const body = { is_valid: false, errors: { upload: ["No."] }, code: "upload_forbidden", details: {} }
    await (await uploads.take()).answer(403, "application/json", JSON.stringify(body))
    expect(await refused).toEqual([true, "StickyError", "upload_forbidden", "No.", 403])
  })

  it("sends a file once for all who ask, and ends it only when all have gone", async () => {
    await open("", "")
    const both = upload(
      "a.txt",
      `(() => {
        const one = new AbortController(), two = new AbortController()
        Object.assign(window, { one, two })
        return Promise.allSettled([one, two].map(({ signal }) => client.upload(file, "a/b", { signal }))).then((all) => all.map(({ reason }) => reason.name))
      })()`,
    )
    const sent = await uploads.take()
    let isAborted = false
    void sent.aborted.then(() => {
      isAborted = true
    })
    await page.evaluate("one.abort()")
    await sent.part()
    expect(isAborted).toBe(false)
    await page.evaluate("two.abort()")
    await sent.aborted
    expect(await both).toEqual(["AbortError", "AbortError"])
    expect(uploads.size).toBe(0)
  })
})

describe("stickyLink", () => {
  const link = `
    client.bind()
    window.trpc = door.createTRPCClient({ links: [door.stickyLink({ client }), door.httpBatchLink({ url: "/trpc" })] })`

  it("waits for the upload that runs already, in a batch, and sends the file once", async () => {
    await open(form(field), link, "link")
    await pick("a.txt")
    const upload = await uploads.take()
    const answers = page.evaluate(() => {
      const upload = window.input.files?.[0] as File
      return Promise.all(
        ["one", "two"].map((title) => window.trpc.submission.create.mutate({ title, upload })),
      ) as Promise<unknown>
    })
    await upload.accept("abc")
    expect(await answers).toEqual([
      { title: "one", upload: "abc" },
      { title: "two", upload: "abc" },
    ])
    expect([batches, uploads.size]).toEqual([1, 0])
  })

  it("finds Files in arrays, and leaves the caller's input as it was", async () => {
    await open("", link, "link")
    const answer = page.evaluate(async () => {
      const input = { items: [{ photo: new File(["a"], "a") }, { photo: new File(["b"], "b") }] }
      return [await window.trpc.submission.album.mutate(input), input.items.every(({ photo }) => photo instanceof File)]
    })
    for (const upload of [await uploads.take(), await uploads.take()]) {
      expect(upload.target).toBe("submission.album/items.*.photo")
      await upload.accept((await upload.part()).filename)
    }
    expect(await answer).toEqual([{ items: [{ photo: "a" }, { photo: "b" }] }, true])
  })

  it("has three uploads on their way at most", async () => {
    await open("", link, "link")
    const answer = page.evaluate(() => {
      const items = Array.from({ length: 5 }, (_, at) => ({ photo: new File(["x"], `${at}`) }))
      return window.trpc.submission.album.mutate({ items }) as Promise<unknown>
    })
    const first = [await uploads.take(), await uploads.take(), await uploads.take()]
    for (const upload of first) await upload.part()
    expect(uploads.size).toBe(0)
    for (const upload of first) await upload.accept()
    for (const upload of [await uploads.take(), await uploads.take()]) await upload.accept()
    expect(await answer).toHaveProperty("items.length", 5)
  })

  it("ends the call as the server would when a file is refused: BAD_REQUEST at the field's path", async () => {
    await open("", link, "link")
    const caught = page.evaluate(() => {
      const items = [{ photo: "token" as never }, { photo: new File(["x"], "x") }]
      return window.trpc.submission.album.mutate({ items }).catch((error) => ({
        name: error.name,
        data: error.data,
        issues: JSON.parse(error.message),
        cause: { code: error.cause.code, path: error.cause.path },
      }))
    })
    const body = { is_valid: false, errors: { upload: ["Empty."] }, code: "file_empty", details: { name: "x" } }
    await (await uploads.take()).answer(200, "application/json", JSON.stringify(body))
    const path = ["items", 1, "photo"]
    expect(await caught).toEqual({
      name: "TRPCClientError",
      data: { code: "BAD_REQUEST", httpStatus: 400, path: "submission.album" },
      issues: [{ code: "custom", path, message: "Empty.", params: { code: "file_empty", details: { name: "x" } } }],
      cause: { code: "file_empty", path },
    })
    expect(batches).toBe(0)
  })

  it("ends its uploads on the wire when the call is aborted", async () => {
    await open("", link, "link")
    const caught = page.evaluate(() => {
      const controller = new AbortController()
      Object.assign(window, { controller })
      const input = { title: "x", upload: new File(["x"], "x") }
      return window.trpc.submission.create.mutate(input, { signal: controller.signal }).catch((error) => error.name)
    })
    const upload = await uploads.take()
    await page.evaluate("controller.abort()")
    await upload.aborted
    expect(await caught).toBe("TRPCClientError")
  })

  it("keeps the token of a call that failed, but not of one that refused it, nor of one that used it", async () => {
    await open("", `${link}; window.file = new File(["x"], "x")`, "link")
    const call = () =>
      page.evaluate(() => {
        const { file: upload } = window as unknown as { file: File }
        return window.trpc.submission.create.mutate({ title: "x", upload }).then(
          (answer) => (answer as { upload: string }).upload,
          () => "failed",
        )
      })
    trpcFails = "database"
    const first = call()
    await (await uploads.take()).accept("1")
    expect(await first).toBe("failed")

    trpcFails = JSON.stringify([{ code: "custom", path: ["upload"], params: { code: "token_expired" }, message: "" }])
    expect(await call()).toBe("failed")
    expect(uploads.size).toBe(0)

    trpcFails = undefined
    const third = call()
    await (await uploads.take()).accept("2")
    expect(await third).toBe("2")

    const fourth = call()
    await (await uploads.take()).accept("3")
    expect(await fourth).toBe("3")
  })

  it("lets FormData and inputs without files through untouched", async () => {
    await open("", link, "link")
    const answer = page.evaluate(() => window.trpc.submission.create.mutate({ title: "x", upload: "abc" as never }))
    expect(await answer).toEqual({ title: "x", upload: "abc" })
    expect(uploads.size).toBe(0)
  })
})
