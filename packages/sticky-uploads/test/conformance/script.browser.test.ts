import type { Response } from "express"
import type {} from "sticky-uploads/client"
import { describe, expect, it } from "vitest"
import { csrfCheck } from "../support/csrf-check.js"
import { bytesOf, chromiumPages, picked } from "../support/open-page.js"
import { bound, fileInput, form, hooks, picture, type Started, startForm } from "../support/start-form.js"

const start = startForm(chromiumPages())

const posted = ({ app }: Started, path: string) =>
  app.requests.filter(
    ({ req }) => req.method === "POST" && (req as typeof req & { originalUrl: string }).originalUrl === path,
  ).length

describe("B1 every input[type=file][data-upload-url] is bound once the page is parsed, and each that comes later", () => {
  const fields = `${fileInput("upload")}${fileInput("photo")}<input type="file" name="plain">`

  it.each([
    ["client.bind()", { page: () => form(fields), script: bound() }],
    [
      "the ready-made script in front of them",
      { page: () => `<script src="/doors/sticky-uploads.js"></script>${form(fields)}`, script: "" },
    ],
  ])("by %s, and no other input is", async (_what, options) => {
    const { app, page, pick, token, save } = await start(options)
    await pick("a.txt")
    await page.locator("[name=photo]").setInputFiles(picture())
    await page.locator("[name=plain]").setInputFiles(picked("b.txt"))
    await Promise.all([token("_upload"), token("_photo")])
    expect(await page.locator("[name=_plain]").count()).toBe(0)
    await save()
    expect(Object.keys((await app.saved.take()).files)).toEqual(["upload", "photo"])
    expect(app.received).toBe(2)
  })

  it("when it is put into the page by another script, too", async () => {
    const { app, page, pick, token, save } = await start({ page: () => form("") })
    await page.evaluate((html) => {
      document.querySelector("[name=title]")?.insertAdjacentHTML("afterend", `<div>${html}</div>`)
    }, fileInput("upload"))
    await pick("late.txt")
    await token()
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("late.txt") })
    expect(app.received).toBe(1)
  })
})

describe("B2 the uploader is on its element, and its hooks may be set at any time", () => {
  it("calls before, success, failure and submit with the uploader as this and as argument", async () => {
    const started = await start({ script: bound("{}") })
    const { page, picker, pick, token, says, save, log } = started
    await picker.evaluate((input: HTMLInputElement) => {
      const { log } = window as unknown as { log: unknown[] }
      const uploader = input.stickyUploader!
      Object.assign(uploader.options, {
        before(...[file, own]) {
          log.push(["before", this === uploader && own === uploader, file.name])
        },
        success(...[answer, own, file]) {
          log.push(["success", this === uploader && own === uploader, answer.is_valid, file.name])
        },
        failure(...[failure, own, file]) {
          log.push(["failure", this === uploader && own === uploader, failure.status, file.name])
        },
        submit(...[event, own]) {
          log.push(["submit", this === uploader && own === uploader, event.type])
          event.preventDefault()
        },
      } satisfies typeof uploader.options)
    })
    await pick("a.txt")
    await token()
    await page.context().clearCookies()
    await pick("b.txt")
    await says("You are not allowed to upload here.")
    await save()
    expect(await log()).toEqual([
      ["before", true, "a.txt"],
      ["success", true, true, "a.txt"],
      ["before", true, "b.txt"],
      ["failure", true, 403, "b.txt"],
      ["submit", true, "submit"],
    ])
    expect(posted(started, "/submissions")).toBe(0)
  })
})

describe("B3 enabled() says whether the browser can", () => {
  const enabled = ({ picker }: Started) => picker.evaluate((input: HTMLInputElement) => input.stickyUploader?.enabled())

  it("is true in a browser of today", async () => {
    expect(await enabled(await start())).toBe(true)
  })

  it("is false in one that cannot go on with a submit, where the form stays a plain one that works", async () => {
    const started = await start()
    const { app, page, pick, hidden, save, log } = started
    await page.addInitScript("delete HTMLFormElement.prototype.requestSubmit")
    await page.reload()
    expect(await enabled(started)).toBe(false)
    app.front.hold()
    await pick("a.txt")
    expect([await hidden(), await log()]).toEqual([[""], []])
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
    expect(app.front.size).toBe(0)
  })
})

describe("B4 one label says how an upload stands", () => {
  /** What the label said, one after the other, as who listens to the page hears it. */
  const listen = ({ page }: Started) =>
    page.evaluate(() => {
      const heard: (string | null)[] = []
      Object.assign(window, { heard })
      const label = document.querySelector("output")!
      new MutationObserver(() => heard.push(label.textContent)).observe(label, { childList: true })
    })

  it.each([
    ["Uploading…, then percents, then nothing", "", /^Uploading…$/, /^\d{1,2}%$/],
    [
      "the page's own words",
      `messages: { uploading: () => "Lädt …", progress: ({ percent }) => "zu " + percent + " von 100" }`,
      /^Lädt …$/,
      /^zu \d{1,2} von 100$/,
    ],
  ] as const)("in %s", async (_what, client, first, then) => {
    const started = await start({ script: bound(hooks, client) })
    const { app, page, pickBig, says, token } = started
    app.front.hold()
    await listen(started)
    await pickBig()
    const upload = await app.front.next()
    await says(then)
    upload.release()
    await token()
    const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard)
    expect(heard[0]).toMatch(first)
    expect(heard.at(-1)).toBe("")
    expect(heard.slice(1, -1).every((text) => then.test(text) || /100/.test(text))).toBe(true)
  })

  it("to everyone: it is a live region that describes its input", async () => {
    const { app, page, picker, pickBig } = await start()
    app.front.hold()
    await pickBig()
    await app.front.next()
    const label = page.getByRole("status")
    await label.filter({ hasText: "%" }).waitFor()
    expect(await picker.getAttribute("aria-describedby")).toBe(await label.getAttribute("id"))
  })

  it("and may be joined by a progress bar that has the file's name", async () => {
    const { app, page, pickBig, token } = await start({
      script: `${bound()}
        import { showFiles } from "sticky-uploads/view"
        showFiles()`,
    })
    app.front.hold()
    await pickBig()
    const upload = await app.front.next()
    const bar = page.getByRole("progressbar", { name: "big.txt" })
    await page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) > 0)
    expect(await bar.evaluate((each) => (each as HTMLProgressElement).value)).toBeLessThan(1)
    upload.release()
    await token()
    expect(await bar.count()).toBe(0)
  })

  it("or be replaced by what listens to sticky:progress", async () => {
    const { app, page, pickBig, token } = await start({
      script: `${bound()}
        document.addEventListener("sticky:progress", ({ detail }) => { document.title = "at " + detail.data })`,
    })
    app.front.hold()
    await pickBig()
    const upload = await app.front.next()
    await page.waitForFunction(() => /^at 0\.\d+$/.test(document.title))
    upload.release()
    await token()
    expect(await page.title()).toBe("at 1")
  })
})

describe("B5 a choice asks before, ends the upload that runs, and posts the file", () => {
  it("as the part upload, whatever the field is called", async () => {
    const { app, page, token, save } = await start({ page: () => form(fileInput("photo")) })
    await page.locator("[name=photo]").setInputFiles(picture())
    await token("_photo")
    await save()
    expect(Object.keys((await app.saved.take()).files)).toEqual(["photo"])
  })

  it("after the one before has ended on the wire", async () => {
    const { app, pick, token, save, log } = await start()
    app.front.hold()
    await pick("a.txt")
    const first = await app.front.next()
    await pick("b.txt")
    await first.aborted
    const second = await app.front.next()
    second.release()
    await token()
    expect(await log()).toEqual([
      ["before", "a.txt"],
      ["before", "b.txt"],
      ["success", true],
    ])
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("b.txt") })
  })
})

describe("B6 an upload carries a CSRF header from a cookie", () => {
  const forbid = (res: Response) => res.status(403).send("<h1>Forbidden</h1>")

  it.each([
    ["X-CSRFToken from csrftoken", "csrftoken", "X-CSRFToken", ""],
    [
      "those that the page names",
      "XSRF-TOKEN",
      "X-XSRF-TOKEN",
      `csrf: { cookie: "XSRF-TOKEN", header: "X-XSRF-TOKEN" }`,
    ],
  ])("%s, which opens an endpoint that wants it", async (_what, cookie, header, client) => {
    const { page, pick, token, says } = await start({
      script: bound(hooks, client),
      guard: csrfCheck(forbid, cookie, header),
    })
    await pick("a.txt")
    await says("Upload failed; please try again.")
    await page.evaluate((name) => {
      // biome-ignore lint/suspicious/noDocumentCookie: as a framework of yesterday leaves it
      document.cookie = `${name}=abc`
    }, cookie)
    await pick("b.txt")
    expect(await token()).not.toBe("")
  })
})

describe("B7 the answer decides what the form carries", () => {
  const accepted = async (started: Started) => {
    await started.page.locator("[name=photo]").setInputFiles(picture())
    return started.token("_photo")
  }
  const photo = () => form(fileInput("photo"))

  it("a file that is taken leaves its token, and success is told", async () => {
    const started = await start({ page: photo })
    await accepted(started)
    expect(await started.log()).toEqual([
      ["before", "a.png"],
      ["success", true],
    ])
  })

  it("a file that is refused leaves none, and success is told that, too", async () => {
    const started = await start({ page: photo })
    await accepted(started)
    // A text that is called a picture: only the endpoint finds out.
    await started.page.locator("[name=photo]").setInputFiles(picked("b.png", "text", "image/png"))
    await started.says("File is of type text/plain; allowed are image/*: b.png")
    expect(await started.hidden("_photo")).toEqual([""])
    expect((await started.log()).at(-1)).toEqual(["success", false])
  })

  it.each([
    ["a 403", 403, ({ page }: Started) => page.context().clearCookies(), "You are not allowed to upload here."],
    ["a 500", 500, async ({ app }: Started) => app.breakStorage(), "Something went wrong. Please try again."],
  ])("%s leaves none, and failure is told", async (_what, status, breaks, message) => {
    const started = await start({ page: photo })
    await accepted(started)
    await breaks(started)
    await started.page.locator("[name=photo]").setInputFiles(picture("b.png"))
    await started.says(message)
    expect(await started.hidden("_photo")).toEqual([""])
    expect((await started.log()).at(-1)).toEqual(["failure", status])
  })
})

describe("B8 a submit", () => {
  it("sends the token and not the file again", async () => {
    const { app, pick, token, save } = await start()
    await pick("a.txt")
    await token()
    await save()
    expect(await app.saved.take()).toEqual({ title: "a title", button: "save", files: { upload: bytesOf("a.txt") } })
    expect(app.received).toBe(1)
  })

  it("aborts a running upload by default, and lets the file go with the form", async () => {
    const { app, pick, save } = await start()
    app.front.hold()
    await pick("a.txt")
    const upload = await app.front.next()
    await save()
    await upload.aborted
    expect(await app.saved.take()).toEqual({ title: "a title", button: "save", files: { upload: bytesOf("a.txt") } })
    expect(app.received).toBe(1)
  })

  it("is left to the hook submit where there is one", async () => {
    const started = await start({ script: bound(`{ submit: (event) => event.preventDefault() }`) })
    const { app, picker, pick, token, save } = started
    app.front.hold()
    await pick("a.txt")
    const upload = await app.front.next()
    await save()
    upload.release()
    await token()
    expect(posted(started, "/submissions")).toBe(0)
    await picker.evaluate((input: HTMLInputElement) => {
      input.stickyUploader!.options.submit = "abort"
    })
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
  })
})

describe('B9 submit: "wait"', () => {
  it("holds the form back until the upload is over, and then goes on with it by the same button", async () => {
    const started = await start({ script: bound(`{ submit: "wait" }`) })
    const { app, page, picker, pick } = started
    app.front.hold()
    await pick("a.txt")
    const upload = await app.front.next()
    await page.getByRole("button", { name: "Other" }).click()
    expect(await picker.evaluate((input: HTMLInputElement) => input.stickyUploader?.state)).toBe("submitting")
    expect(posted(started, "/submissions")).toBe(0)
    upload.release()
    expect(await app.saved.take()).toEqual({ title: "a title", button: "other", files: { upload: bytesOf("a.txt") } })
    expect([app.received, posted(started, "/submissions")]).toEqual([1, 1])
  })

  it("tells who submits once more that the form waits, and sends it once", async () => {
    const started = await start({ script: bound(`{ submit: "wait" }`) })
    const { app, page, picker, pick, save } = started
    app.front.hold()
    await pick("a.txt")
    const upload = await app.front.next()
    await save()
    await save()
    const said = await picker.evaluate((input: HTMLInputElement) => input.validationMessage)
    expect(said).toBe("The form is sent once this file is uploaded.")
    upload.release()
    await app.saved.take()
    await page.waitForURL("**/thanks")
    expect(posted(started, "/submissions")).toBe(1)
  })

  it("gives the form back when the upload fails, whose file the next submit takes", async () => {
    const started = await start({ script: bound(`{ submit: "wait" }`) })
    const { app, pick, says, save } = started
    app.front.hold()
    await pick("a.txt")
    const upload = await app.front.next()
    await save()
    upload.cut()
    await says("Upload failed; please try again.")
    expect(posted(started, "/submissions")).toBe(0)
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
  })
})
