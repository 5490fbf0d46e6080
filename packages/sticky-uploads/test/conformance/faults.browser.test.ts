import type { RequestHandler } from "express"
import type {} from "sticky-uploads/client"
import { describe, expect, it } from "vitest"
import { keepingPages } from "../support/chromium.js"
import { cutLine } from "../support/cut-line.js"
import { bytesOf, chromiumPages } from "../support/open-page.js"
import { setOffline } from "../support/set-offline.js"
import { bound, fileInput, form, picture, type Started, startForm } from "../support/start-form.js"

const start = startForm(chromiumPages())

const uploaderOf = ({ picker }: Started) =>
  picker.evaluate(({ stickyUploader, disabled }: HTMLInputElement) => {
    const { state, processing } = stickyUploader!
    return { state, processing, disabled }
  })

describe("D1 processing is true while an upload runs, so that abort and wait do something", () => {
  it("from the choice to the answer", async () => {
    const started = await start()
    const { app, pick, token } = started
    app.front.hold()
    await pick("a.txt")
    const upload = await app.front.next()
    expect((await uploaderOf(started)).processing).toBe(true)
    upload.release()
    await token()
    expect((await uploaderOf(started)).processing).toBe(false)
  })

  it("abort ends it on the wire, and its file goes with the form", async () => {
    const started = await start()
    const { app, picker, pick, save } = started
    app.front.hold()
    await pick("a.txt")
    const upload = await app.front.next()
    await picker.evaluate((input: HTMLInputElement) => input.stickyUploader!.abort())
    await upload.aborted
    expect((await uploaderOf(started)).processing).toBe(false)
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
  })

  it("wait waits: the form goes once the token is there, and the file does not go with it", async () => {
    const { app, pick, save } = await start({ script: bound(`{ submit: "wait" }`) })
    app.front.hold()
    await pick("a.txt")
    const upload = await app.front.next()
    await save()
    expect([app.received, app.saved.size]).toEqual([0, 0])
    upload.release()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
    expect(app.received).toBe(1)
  })
})

describe("D2 only a before that says false keeps a file from being uploaded", () => {
  it.each(["", "return null", "return 0", "return Promise.resolve()"])("{ %s } uploads it", async (body) => {
    const { app, pick, token, save } = await start({ script: bound(`{ before() { ${body} } }`) })
    await pick("a.txt")
    await token()
    await save()
    await app.saved.take()
    expect(app.received).toBe(1)
  })

  it.each(["return false", "return Promise.resolve(false)"])("{ %s } leaves it to the form", async (body) => {
    const { app, pick, save, hidden } = await start({ script: bound(`{ before() { ${body} } }`) })
    app.front.hold()
    await pick("a.txt")
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
    expect([app.front.size, await hidden()]).toEqual([0, []])
  })
})

describe("D3 whatever comes instead of an answer is a failure that is told, and leaves neither token nor label", () => {
  const answer =
    (status: number, type: string, body: string): RequestHandler =>
    (_req, res) =>
      void res.status(status).set("content-type", type).end(body)

  it.each([
    ["an empty 403", 403, answer(403, "text/html", "")],
    ["an HTML 403", 403, answer(403, "text/html", "<h1>Forbidden</h1>")],
    ["an empty 500", 500, answer(500, "application/json", "")],
    ["an HTML 502", 502, answer(502, "text/html", "<h1>Bad gateway</h1>")],
    ["a login page", 200, answer(200, "text/html", "<h1>Log in</h1>")],
    ["half of our own answer", 200, answer(200, "application/json", `{"is_valid": true, "stored": "abc`)],
    ["a line that breaks", 0, cutLine],
  ] as const)("%s", async (_what, status, instead) => {
    let isBroken = false
    const { app, picker, pick, token, hidden, says, save, log } = await start({
      guard: (req, res, next) => (isBroken ? instead(req, res, next) : next()),
    })
    await pick("a.txt")
    await token()
    isBroken = true
    await pick("b.txt")
    await says("Upload failed; please try again.")
    expect([await hidden(), (await log()).at(-1)]).toEqual([[""], ["failure", status]])
    isBroken = false
    await picker.evaluate((input: HTMLInputElement) => input.stickyUploader!.retry())
    await token()
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("b.txt") })
  })

  it("and a network that is gone", async () => {
    const { app, page, pick, hidden, says, save, log } = await start()
    await setOffline(page, true)
    await pick("a.txt")
    await says("Upload failed; please try again.")
    expect([await hidden(), (await log()).at(-1)]).toEqual([[""], ["failure", 0]])
    await setOffline(page, false)
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
  })
})

describe("D4 of two choices the last one wins", () => {
  it("the upload of the first ends on the wire, and what comes of it late changes nothing", async () => {
    const { app, pick, token, save } = await start()
    app.front.hold()
    await pick("a.txt")
    const first = await app.front.next()
    await pick("b.txt")
    await first.aborted
    const second = await app.front.next()
    second.release()
    await token()
    first.release()
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("b.txt") })
    expect([app.received, app.errors]).toEqual([1, []])
  })
})

describe("D5 a selection that is cleared takes its token with it", () => {
  it("so that the form sends no file", async () => {
    const { app, picker, pick, token, hidden, save } = await start()
    await pick("a.txt")
    await token()
    await picker.setInputFiles([])
    expect(await hidden()).toEqual([""])
    await save()
    expect((await app.saved.take()).files).toEqual({})
  })
})

describe("D6 a new choice takes the old token away at once", () => {
  it.each(["abort", "wait"])('and the new file is what a submit sends, in the mode "%s" too', async (mode) => {
    const { app, pick, token, hidden, save } = await start({ script: bound(`{ submit: "${mode}" }`) })
    await pick("old.txt")
    await token()
    app.front.hold()
    await pick("new.txt")
    expect(await hidden()).toEqual([""])
    const upload = await app.front.next()
    await save()
    upload.release()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("new.txt") })
  })
})

describe("D7 a field may have any name", () => {
  it("such as items[0].file, and those after it are bound as well", async () => {
    const { app, page, pick, token, save } = await start({
      page: () => form(["items[0].file", "items[1].file", "upload"].map((name) => fileInput(name)).join("")),
    })
    await pick("a.txt")
    await page.locator("input[type=file]").nth(1).setInputFiles(picture())
    await page.locator("input[type=file]").nth(2).setInputFiles(picture())
    await Promise.all(["_items[0].file", "_items[1].file", "_upload"].map((name) => token(name)))
    await save()
    const { files } = await app.saved.take()
    expect(Object.keys(files).sort()).toEqual(["items[0].file", "items[1].file", "upload"])
    expect(files["items[0].file"]).toBe(bytesOf("a.txt"))
    expect(app.received).toBe(3)
  })
})

describe("D8 an input need not stand inside its form, nor have one", () => {
  it("tied by form=id, it gives its form the token", async () => {
    const { app, pick, token, save } = await start({
      page: () => `${fileInput("upload", `form="form"`)}${form("")}`,
    })
    await pick("a.txt")
    await token()
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
    expect(app.received).toBe(1)
  })

  it("on its own, it uploads and keeps its token to itself, and those after it are bound as well", async () => {
    const { app, page, token, save } = await start({
      page: () => `${fileInput("photo")}${form(fileInput("upload"))}`,
    })
    await page.locator("[name=photo]").setInputFiles(picture())
    await page.locator("[name=upload]").setInputFiles(picture())
    await Promise.all([token("_photo"), token("_upload")])
    await save()
    expect(Object.keys((await app.saved.take()).files)).toEqual(["upload"])
  })
})

describe("D9 no submit leaves the control dead", () => {
  it("not one that is prevented: the next choice is uploaded, and the next submit sends it", async () => {
    const started = await start()
    const { app, page, pick, token, hidden, save } = started
    await pick("a.txt")
    const first = await token()
    await page.evaluate(() => {
      document.forms[0]!.addEventListener("submit", (event) => event.preventDefault(), { once: true })
    })
    await save()
    expect([await uploaderOf(started), await hidden()]).toEqual([
      { state: "ready", processing: false, disabled: false },
      [first],
    ])
    await pick("b.txt")
    await token("_upload", first)
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("b.txt") })
  })

  it("nor one that was gone through with, whose page Back loads anew", async () => {
    const { app, page, pick, token, hidden, save } = await start()
    await pick("a.txt")
    await token()
    await save()
    await app.saved.take()
    await page.waitForURL("**/thanks")
    await page.goBack()
    expect(await hidden()).toEqual([""])
    await pick("b.txt")
    await token()
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("b.txt") })
  })

  describe("nor one that was gone through with, whose page Back brings back as it was left", () => {
    // Playwright turns the back/forward cache off, which people have.
    const startCached = startForm(chromiumPages(keepingPages))
    const watched = `${bound()}
      addEventListener("pageshow", (event) => { window.persisted = event.persisted })`

    /** Submits the form, goes back from where that leads, and resolves to a token that was made since. */
    async function thereAndBack({ app, page, token, save, hidden }: Started) {
      const [used] = await hidden()
      await save()
      await app.saved.take()
      await page.waitForURL("**/thanks")
      await page.goBack({ waitUntil: "commit" })
      await page.waitForFunction("persisted")
      return token("_upload", used)
    }

    it("with its file, whose token was used and which can be sent again", async () => {
      const started = await startCached({ script: watched })
      const { app, pick, token, save } = started
      await pick("a.txt")
      await token()
      await thereAndBack(started)
      expect(await uploaderOf(started)).toEqual({ state: "ready", processing: false, disabled: false })
      await save()
      expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
    })

    it("with a file that went with the form", async () => {
      const started = await startCached({ script: watched })
      const { app, picker, pick, save } = started
      await picker.evaluate((input: HTMLInputElement) => {
        // Not the first time.
        input.stickyUploader!.options.before = () => (window as any).persisted
      })
      await pick("a.txt")
      await thereAndBack(started)
      await save()
      expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
    })

    it("and ready for another file", async () => {
      const started = await startCached({ script: watched })
      const { app, pick, token, save } = started
      await pick("a.txt")
      await token()
      const renewed = await thereAndBack(started)
      await pick("b.txt")
      await token("_upload", renewed)
      await save()
      expect((await app.saved.take()).files).toEqual({ upload: bytesOf("b.txt") })
    })
  })
})

describe("D10 a submit that waited goes on as if it had not", () => {
  const waiting = async () => {
    const started = await start({
      script: `${bound(`{ submit: "wait" }`)}
        document.forms[0].addEventListener("submit", (event) => log.push(["submit", event.submitter.value]))
        document.addEventListener("invalid", (event) => log.push(["invalid", event.target.name]), true)`,
    })
    started.app.front.hold()
    await started.pick("a.txt")
    return { ...started, title: started.page.locator("[name=title]"), upload: await started.app.front.next() }
  }

  it("with the submit event for everyone, once, and the value of the button that was clicked", async () => {
    const { app, page, upload, log } = await waiting()
    await page.evaluate(() => {
      addEventListener("pagehide", () => sessionStorage.setItem("log", JSON.stringify((window as any).log)))
    })
    await page.getByRole("button", { name: "Other" }).click()
    expect(await log()).toEqual([])
    upload.release()
    expect(await app.saved.take()).toMatchObject({ button: "other", files: { upload: bytesOf("a.txt") } })
    await page.waitForURL("**/thanks")
    expect(await page.evaluate(() => sessionStorage.getItem("log"))).toBe(`[["submit","other"]]`)
  })

  it("with validation: a field that became wrong meanwhile stops it", async () => {
    const { app, page, title, upload, save, log } = await waiting()
    await save()
    await title.fill("")
    upload.release()
    await page.waitForFunction("log.length")
    expect([await log(), app.saved.size]).toEqual([[["invalid", "title"]], 0])
    await title.fill("mended")
    await save()
    expect(await app.saved.take()).toEqual({
      title: "mended",
      button: "save",
      files: { upload: bytesOf("a.txt") },
    })
  })

  it("with the say of others: one who prevents it is heard", async () => {
    const { app, page, upload, save, log } = await waiting()
    await page.evaluate(() => document.forms[0]!.addEventListener("submit", (event) => event.preventDefault()))
    await save()
    upload.release()
    await page.waitForFunction("log.length")
    expect([await log(), app.saved.size]).toEqual([[["submit", "save"]], 0])
  })
})

describe("D11 several files, other languages, assistive technology, and scripts beside ours", () => {
  it("a multiple input carries one token a file", async () => {
    const { app, page, pick, hidden, save } = await start({ page: () => form(fileInput("attachments", "multiple")) })
    await pick("a.txt", "b.txt", "c.txt")
    await page.waitForFunction(() => document.querySelectorAll("[name=_attachments]").length === 3)
    expect(new Set(await hidden("_attachments")).size).toBe(3)
    await save()
    expect((await app.saved.take()).files).toEqual({ attachments: ["a.txt", "b.txt", "c.txt"].map(bytesOf) })
    expect(app.received).toBe(3)
  })

  it("speaks another language, from the choice to the failure", async () => {
    const { app, page, pick, says } = await start({
      script: `
        import { createStickyClient } from "sticky-uploads/client"
        import { germanClient } from "sticky-uploads/locales"
        window.heard = []
        const label = () => document.querySelector("output")
        document.addEventListener("sticky:change", () => heard.push(label().textContent))
        createStickyClient({ url: "/uploads", messages: germanClient }).bind()`,
    })
    app.front.hold()
    await pick("a.txt")
    ;(await app.front.next()).cut()
    await says("Das Hochladen ist fehlgeschlagen")
    expect(await page.evaluate("heard[0]")).toBe("Wird hochgeladen\u00a0…")
  })

  it("says to assistive technology what is wrong, at the input it is wrong with", async () => {
    const { app, page, picker, pick, says, token } = await start()
    await page.context().clearCookies()
    await pick("a.txt")
    await says("You are not allowed to upload here.")
    const label = page.getByRole("status")
    expect(await picker.getAttribute("aria-invalid")).toBe("true")
    expect(await picker.getAttribute("aria-describedby")).toBe(await label.getAttribute("id"))
    await page.context().addCookies([{ name: "user", value: "ann", url: app.url }])
    await pick("b.txt")
    await token()
    expect([await picker.getAttribute("aria-invalid"), await label.textContent()]).toEqual(["false", ""])
  })

  it("tells scripts beside it by events that bubble, and lets them say no", async () => {
    const { app, page, pick, token, save, log } = await start({
      script: `${bound("{}")}
        for (const name of ["before", "progress", "success", "failure", "change", "submit"]) {
          document.addEventListener("sticky:" + name, (event) => {
            const { uploader, data, file = data } = event.detail
            if (log.at(-1)?.[0] !== name) log.push([name, uploader === event.target.stickyUploader, file.name ?? null])
            if (file.name === "no.txt") event.preventDefault()
          })
        }
        document.addEventListener("submit", (event) => event.preventDefault())`,
    })
    await pick("a.txt")
    await token()
    await save()
    const told = (await log()) as [string, boolean, string | null][]
    expect(told.every(([, isOwn]) => isOwn)).toBe(true)
    expect(told.filter(([name]) => name !== "change")).toEqual([
      ["before", true, "a.txt"],
      ["progress", true, "a.txt"],
      ["success", true, "a.txt"],
      ["submit", true, null],
    ])
    app.front.hold()
    await pick("no.txt")
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("[type=file]")!.stickyUploader!.state === "idle",
    )
    expect(app.front.size).toBe(0)
  })
})
