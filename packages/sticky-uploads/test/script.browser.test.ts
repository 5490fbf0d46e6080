import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import express, { type Express, type Request } from "express"
import type { Browser, Page } from "playwright-core"
import { type StickyScript, stickyScript } from "sticky-uploads/express"
import { stickyField } from "sticky-uploads/html"
import type { InvalidForm } from "sticky-uploads/server"
import type {} from "sticky-uploads/sticky-uploads.js"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { buildScripts } from "./support/build-scripts.js"
import { launchChromium } from "./support/chromium.js"
import { drag } from "./support/drag.js"
import { createFront, type Front } from "./support/front.js"
import { png } from "./support/multipart.js"
import { type FormServed, serveForm } from "./support/serve-form.js"

const directory = mkdtempSync(join(tmpdir(), "sticky-script-"))
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'"
const two = ["a.png", "b.png"].map((name) => join(directory, name))
const photo = { name: "photo.png", mimeType: "image/png", buffer: png(4000) }
const url = "/uploads/submission.create/upload"
const plainTag = `<script src="/static/sticky-uploads.js" defer></script>`
const fullTag = `<script src="/static/sticky-uploads.full.js" defer></script>`

let script: StickyScript
let browser: Browser

beforeAll(async () => {
  await buildScripts(directory)
  for (const path of two) writeFileSync(path, photo.buffer)
  script = stickyScript({ directory })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  rmSync(directory, { recursive: true })
})

const writePage = (head: string, form?: InvalidForm) => `<!doctype html><html lang="en"><meta charset="utf-8">
  <title>Form</title>${head}
  <form method="post" action="/submissions" enctype="multipart/form-data">
    <input name="title">
    ${stickyField({ name: "upload", url, required: true, limits: { maxBytes: 5000 }, files: form?.files.upload ?? [] })}
    <button>Send</button>
  </form>`

interface Opened {
  page: Page
  served: FormServed
  front: Front
  /** What the browser's console was told. */
  said: string[]
  pick(): Promise<void>
  /** The values of the hidden fields of this name. */
  hidden(name?: string): Promise<string[]>
  /** Resolves to the token in the hidden field, once there is one. */
  token(name?: string): Promise<string>
  send(): Promise<void>
  /** The requests whose path begins like this. */
  asked(path: string): Request[]
  /** The lengths of the forms that arrived, in bytes. */
  forms(): number[]
}

/** Opens a page that a strict policy guards, over the real form and its endpoint. */
async function open(head: string, routes: (app: Express) => void = () => {}): Promise<Opened> {
  const front = createFront()
  const served = await serveForm({
    routes(app) {
      app.use((_req, res, next) => {
        res.set("Content-Security-Policy", policy)
        next()
      })
      routes(app)
      app.get("/", (_req, res) => void res.send(writePage(head)))
      app.use("/script", script)
      app.use("/static", express.static(directory))
      app.use("/uploads", front.handler)
    },
    invalid: ({ res, form }) => res.status(422).send(writePage(head, form)),
  })
  const page = await browser.newPage({ extraHTTPHeaders: { "x-user": "ann" } })
  onTestFinished(() => page.close())
  const said: string[] = []
  page.on("console", (message) => said.push(message.text()))
  page.on("pageerror", (error) => said.push(String(error)))
  await page.goto(served.url)
  const asked = (path: string) =>
    served.requests.map(({ req }) => req as Request).filter(({ originalUrl }) => originalUrl.startsWith(path))
  return {
    page,
    served,
    front,
    said,
    pick: () => page.setInputFiles("input[type=file]", photo),
    hidden: (name = "_upload") =>
      page.locator(`input[name=${name}]`).evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value)),
    async token(name = "_upload") {
      const filled = page.locator(`input[name=${name}]:not([value=""])`)
      await filled.waitFor({ state: "attached" })
      return filled.inputValue()
    },
    send: () => page.click("button:text('Send')"),
    asked,
    forms: () => asked("/submissions").map(({ headers }) => Number(headers["content-length"])),
  }
}

/** Makes the page's title tell of the last picture that was made. */
const tellPictures = (page: Page) =>
  page.evaluate(() => {
    URL.createObjectURL = (file) => (document.title = `shows ${(file as File).name}`)
  })

/** Pastes a picture into the form; resolves to whether something took it. */
const paste = (page: Page) =>
  page.evaluate(
    (bytes) => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }))
      const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
      return !document.forms[0]?.dispatchEvent(event)
    },
    [...photo.buffer],
  )

describe("W1 the ready-made script", () => {
  it.each([
    ["stickyScript, with its hash", () => script.tag({ url: "/script" })],
    ["any static server", () => plainTag],
    ["any static server, as a module", () => `<script src="/static/sticky-uploads.js" type="module"></script>`],
    ["any static server, before there is a body", () => `<script src="/static/sticky-uploads.js"></script>`],
  ])("keeps a file over a failed form under a strict policy, served by %s", async (_, tag) => {
    const { page, pick, token, send, forms, asked, said } = await open(tag())
    await pick()
    await token()
    await send()
    const staged = page.getByText("Currently: photo.png")
    await staged.waitFor()
    expect(await token()).toMatch(/^\w+\.\w+\./)
    await page.fill("input[name=title]", "mended")
    await send()
    await page.getByText(`"title":"mended","upload":"photo.png"`).waitFor()
    // The bytes went once, in the background; the forms carried the token.
    expect(asked(url)).toHaveLength(1)
    expect(forms().map((bytes) => bytes < photo.buffer.length / 2)).toEqual([true, true])
    expect(said.filter((text) => !text.includes("422"))).toEqual([])
  })

  it("is not run by a browser when one byte is another than its hash says", async () => {
    const tag = script.tag({ url: "/changed" })
    const bytes = readFileSync(join(directory, "sticky-uploads.js"), "utf8")
    const { page, said } = await open(tag, (app) => {
      app.get("/changed/sticky-uploads.js", (_req, res) => void res.type("js").send(`${bytes} `))
    })
    expect(await page.evaluate(() => globalThis.stickyUploads)).toBeUndefined()
    expect(said.join()).toContain("integrity")
  })

  it("waits for the rest of a page that is still arriving", async () => {
    let finish = () => {}
    const { page, served, hidden } = await open("", (app) => {
      app.get("/slow", (_req, res) => {
        res.type("html").write(`<!doctype html><title>Slow</title><script src="/static/sticky-uploads.js"></script>
          <form><input type="file" name="upload" data-upload-url="${url}">`)
        finish = () => void res.end(`<input type="hidden" name="_upload" value="staged"></form>`)
      })
    })
    await page.goto(`${served.url}/slow`, { waitUntil: "commit" })
    await page.waitForFunction(() => globalThis.stickyUploads && document.querySelector("input"))
    finish()
    await page.waitForFunction(() => document.querySelector("input")?.stickyUploader?.state === "ready")
    expect(await hidden()).toEqual(["staged"])
  })

  it("speaks the language of its build", async () => {
    const { page, pick, front } = await open(script.tag({ url: "/script", language: "de" }))
    front.hold()
    await pick()
    const upload = await front.next()
    await page.getByText("Wird hochgeladen").waitFor()
    upload.release()
    await page.getByText("Hochgeladen", { exact: true }).waitFor()
  })

  it("binds inputs that come later", async () => {
    const { page, token } = await open(script.tag({ url: "/script" }))
    await page.evaluate((later) => {
      document.forms[0]?.insertAdjacentHTML("beforeend", later)
    }, `<input type="file" name="cover" data-upload-url="/uploads/submission.create/cover">`)
    await page.setInputFiles("input[name=cover]", photo)
    expect(await token("_cover")).toMatch(/^\w+\.\w+\./)
  })

  it("does nothing more when it is loaded twice", async () => {
    const { page, pick, token, hidden, asked } = await open(script.tag({ url: "/script" }) + plainTag)
    await pick()
    const stored = await token()
    expect(await hidden()).toEqual([stored])
    expect(await page.locator(".sticky-files").count()).toBe(1)
    expect([...asked("/script/"), ...asked("/static/")]).toHaveLength(2)
    expect(asked(url)).toHaveLength(1)
  })

  it("brings by itself nothing of what only the full one has, and leaves all of it to a page's own scripts", async () => {
    const { page, pick, token } = await open(fullTag)
    await tellPictures(page)
    expect(await paste(page)).toBe(false)
    await pick()
    await token()
    expect(await page.title()).toBe("Form")
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
    const files = await drag(page, ...two)
    await files.over(page.locator("form"))
    expect(await page.locator("[data-drop=over]").count()).toBe(0)
    await page.evaluate(() => globalThis.stickyUploads?.takeDrops?.())
    await files.over(page.locator("form"))
    expect(await page.locator("[data-drop=over]").count()).toBe(1)
  })

  it("leaves a page's own scripts the uploaders, their hooks and their events", async () => {
    const own = `
      document.addEventListener("sticky:success", ({ detail }) => { document.title = detail.data.filename })
      const { options } = document.querySelector("input[type=file]").stickyUploader
      options.before = ({ name }) => name !== "secret.png"`
    const { page, pick, token, asked } = await open(
      `${script.tag({ url: "/script" })}<script src="/own.js" defer></script>`,
      (app) => app.get("/own.js", (_req, res) => void res.type("js").send(own)),
    )
    await page.setInputFiles("input[type=file]", { ...photo, name: "secret.png" })
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("input[type=file]")?.stickyUploader?.state === "idle",
    )
    expect(asked(url)).toEqual([])
    await pick()
    await token()
    expect(await page.title()).toBe("photo.png")
  })
})

describe("the attributes of its tag", () => {
  const withAttributes = (attributes: Record<string, string>) => open(script.tag({ url: "/script", attributes }))

  it("make a submit wait for its upload: data-submit=wait", async () => {
    const { page, pick, send, front, forms } = await withAttributes({ "data-submit": "wait" })
    front.hold()
    await page.fill("input[name=title]", "patient")
    await pick()
    const upload = await front.next()
    await send()
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("input[type=file]")?.stickyUploader?.state === "submitting",
    )
    expect(forms()).toEqual([])
    upload.release()
    await page.getByText(`"title":"patient","upload":"photo.png"`).waitFor()
    expect(forms().map((bytes) => bytes < photo.buffer.length / 2)).toEqual([true])
  })

  it("hide the list of files: data-view=none", async () => {
    for (const [attributes, lists] of [
      [{}, 1],
      [{ "data-view": "none" }, 0],
    ] as const) {
      const { page, pick, token } = await withAttributes(attributes)
      await pick()
      await token()
      expect(await page.locator(".sticky-files").count()).toBe(lists)
    }
  })

  it('take what is dropped, and keep it over a reload: data-with="drops drafts"', async () => {
    const { page, token, asked, said } = await withAttributes({ "data-with": "drops drafts" })
    await (await drag(page, ...two.slice(1))).drop(page.locator("form"))
    const known = await token()
    await page.reload()
    expect(await token()).toBe(known)
    expect(asked(url).map(({ method }) => method)).toEqual(["POST", "GET"])
    expect(said).toEqual([])
  })

  it('take what is pasted, and show it: data-with="pastes previews"', async () => {
    const { page, token } = await withAttributes({ "data-with": "pastes\n previews" })
    await tellPictures(page)
    expect(await paste(page)).toBe(true)
    await token()
    await expect.poll(() => page.title()).toBe("shows pasted.png")
  })

  const asking = (tag: string, wishes: string) => tag.replace("defer", `data-with="${wishes}" defer`)
  it.each([
    ["a script that has none of it", asking(plainTag, "drops drafts"), "drops drafts"],
    ["the full one, after another was there", plainTag + asking(fullTag, "drops"), "drops"],
    ["the full one, for what there is not", asking(fullTag, "drops draft"), "draft"],
  ])("ask %s, are told so once, and all else works: data-with", async (_, head, missing) => {
    const { pick, token, said } = await open(head)
    await pick()
    expect(await token()).toMatch(/^\w+\.\w+\./)
    expect(said).toEqual([
      `sticky-uploads: nothing here for data-with="${missing}"; ` +
        "sticky-uploads.full.js, loaded instead, has drops, pastes, previews, drafts",
    ])
  })

  it.each([
    ["en", "Only one file goes here, and these are 2."],
    ["de", "Hierher gehört nur eine Datei, und dies sind 2."],
    ["fr", "Un seul fichier est attendu ici, et en voici 2."],
  ])("have every piece speak the language of the build (%s): data-with", async (language, sentence) => {
    const { page, said } = await open(script.tag({ url: "/script", language, attributes: { "data-with": "drops" } }))
    await (await drag(page, ...two)).drop(page.locator("form"))
    await page.getByText(sentence).waitFor()
    expect(said).toEqual([])
  })

  it("name the cookie and the header against forged requests: data-csrf-cookie, data-csrf-header", async () => {
    const attributes = { "data-csrf-cookie": "xsrf", "data-csrf-header": "X-XSRF" }
    const { page, pick, token, served, asked } = await withAttributes(attributes)
    await page.context().addCookies([{ name: "xsrf", value: "abc", url: served.url }])
    await pick()
    await token()
    expect(asked(url).map(({ headers }) => headers["x-xsrf"])).toEqual(["abc"])
  })

  it("leave the binding to a page's own script, in its own words: data-bind=none", async () => {
    const { page, pick, token, asked } = await withAttributes({ "data-bind": "none" })
    await pick()
    await page.evaluate(() => {
      const messages = { uploaded: () => "Subido" }
      globalThis.stickyUploads?.createStickyClient({ url: "/uploads", messages }).bind()
    })
    await token()
    await page.getByText("Subido").waitFor()
    expect(asked(url)).toHaveLength(1)
  })

  it("say where a page's own script uploads to: data-url", async () => {
    const { page } = await withAttributes({ "data-url": "/uploads" })
    const token = page.evaluate(
      (bytes) =>
        globalThis.stickyUploads?.client.upload(
          new File([new Uint8Array(bytes)], "dropped.png"),
          "submission.create/upload",
        ),
      [...png(100)],
    )
    expect(await token).toMatch(/^\w+\.\w+\./)
  })
})
