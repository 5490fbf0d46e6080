import type { Page } from "playwright-core"
import { stickyField } from "sticky-uploads/html"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { keepingPages } from "../support/chromium.js"
import { bytesOf, chromiumPages } from "../support/open-page.js"
import { type PageOptions, type PageServed, uploadUrl } from "../support/serve-page.js"
import { fileInput, form, startForm } from "../support/start-form.js"

// Playwright turns the back/forward cache off, which people have.
const start = startForm(chromiumPages())
const startKept = startForm(chromiumPages(keepingPages))

const script = (options = "") => `
  import { createStickyClient } from "sticky-uploads/client"
  import { drafts, showFiles } from "sticky-uploads/view"
  window.client = createStickyClient({ url: "/uploads", persist: drafts() })
  showFiles()
  client.bind(document, ${options})`

/** Opens a form whose client keeps drafts. */
const open = (fields = fileInput("upload"), options: Partial<PageOptions> = {}, begin = start) =>
  begin({ script: script(), page: () => form(fields), ...options })

/** What this tab keeps. */
const kept = (page: Page) =>
  page.evaluate(() =>
    Object.values(sessionStorage)
      .flatMap((text) => JSON.parse(text) as { name: string }[])
      .map(({ name }) => name),
  )
const listed = (page: Page) => page.locator(".sticky-name").allTextContents()

/** Discards a file behind the back of the page that has its token. */
const discard = (app: PageServed, token: string) =>
  app.request("DELETE", uploadUrl("upload"), { cookie: "user=ann", "x-sticky-token": token })

describe("drafts", () => {
  it("bring back over a reload what was uploaded, and the form sends it without its bytes", async () => {
    const { page, pick, token, hidden, save, app } = await open(fileInput("upload", "required"))
    await pick("a.txt")
    const known = await token()
    await page.reload()
    expect(await token()).toBe(known)
    expect(await listed(page)).toEqual(["a.txt"])
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
    expect([app.received, await hidden()]).toEqual([1, []])
  })

  it("bring it back to whoever returns to the page, and to no other page", async () => {
    const { page, pick, token, hidden, app } = await open()
    await pick("a.txt")
    const known = await token()
    const asked: string[] = []
    page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
    await page.goto(`${app.url}/?id=2`)
    await page.locator("output").waitFor({ state: "attached" })
    expect([await hidden(), asked.filter((each) => each.includes("/uploads/"))]).toEqual([[""], []])
    await page.goto(app.url)
    expect(await token()).toBe(known)
    expect(asked.filter((each) => each.includes("/uploads/"))).toEqual([`GET ${uploadUrl("upload")}`])
  })

  it("bring it back to an input that a script lets go of and attaches again", async () => {
    const { page, pick, token, hidden, app } = await open()
    const again = () =>
      page.evaluate(`{
        const input = document.querySelector("[type=file]")
        input.stickyUploader.destroy()
        input.value = ""
        client.attach(input, "submission.create/upload")
        document.querySelector("[name=_upload]").value
      }`)
    await pick("a.txt")
    const known = await token()
    for (let round = 0; round < 2; round += 1) {
      expect(await again()).toBe("")
      expect(await token()).toBe(known)
    }
    await page.evaluate("document.forms[0].reset()")
    await expect.poll(hidden).toEqual([""])
    expect([await kept(page), app.received]).toEqual([[], 1])
  })

  it("bring back several in their order, to which more can be added, and from which each can be taken", async () => {
    const { page, pick, hidden, save, app } = await open(fileInput("attachments", "multiple"))
    await pick("a.txt", "b.txt", "c.txt")
    await expect.poll(() => hidden("_attachments")).toHaveLength(3)
    await page.getByRole("button", { name: "Remove b.txt" }).click()
    await expect.poll(() => hidden("_attachments")).toHaveLength(2)
    await page.reload()
    await expect.poll(() => listed(page)).toEqual(["a.txt", "c.txt"])
    await pick("d.txt")
    await expect.poll(() => hidden("_attachments")).toHaveLength(3)
    await page.getByRole("button", { name: "Remove a.txt" }).click()
    await page.reload()
    await expect.poll(() => listed(page)).toEqual(["c.txt", "d.txt"])
    await save()
    expect((await app.saved.take()).files).toEqual({ attachments: [bytesOf("c.txt"), bytesOf("d.txt")] })
  })

  it.each<[string, string, (given: { app: PageServed; page: Page; token: string }) => unknown]>([
    [
      "expired",
      "The upload has expired: a.txt. Please pick the file again.",
      () => {
        vi.useFakeTimers({ toFake: ["Date"] })
        onTestFinished(() => void vi.useRealTimers())
        vi.setSystemTime(Date.now() + 25 * 3_600_000)
      },
    ],
    [
      "was swept",
      "The uploaded file is no longer there: a.txt. Please pick the file again.",
      ({ app, token }) => discard(app, token),
    ],
    [
      "was used elsewhere",
      "The uploaded file was submitted already: a.txt. Please pick the file again.",
      async ({ app, token }) => {
        const body = new FormData()
        for (const [name, value] of Object.entries({ title: "t", _upload: token })) body.set(name, value)
        await fetch(`${app.url}/submissions`, { method: "POST", body, headers: { cookie: "user=ann" } })
      },
    ],
    [
      "is another person's, as another one has logged in",
      "The file was uploaded by someone else. Please pick the file again.",
      ({ page }) => page.addInitScript(`document.cookie = "user=bob"`),
    ],
  ])("drop with a word what %s", async (_, word, act) => {
    const { page, pick, token, says, hidden, app, picker } = await open(fileInput("upload", "required"))
    await pick("a.txt")
    await act({ app, page, token: await token() })
    await page.reload()
    await says(word)
    expect([await hidden(), await kept(page), await listed(page)]).toEqual([[""], [], []])
    // The word keeps nobody from going on.
    expect(await picker.evaluate((input: HTMLInputElement) => [input.required, input.validity.customError])).toEqual([
      true,
      false,
    ])
    await page.evaluate("document.cookie = 'user=ann'")
    await pick("b.txt")
    await token()
    expect([await kept(page), await page.locator("output").first().textContent()]).toEqual([["b.txt"], ""])
  })

  it.each<[string, (page: Page) => unknown]>([
    [
      "a submit that was sent",
      async (page) => {
        await page.locator("button[value=save]").click()
        await page.waitForURL("**/thanks")
      },
    ],
    ["a reset", (page) => page.evaluate("document.forms[0].reset()")],
    ["a clearing", (page) => page.evaluate("document.querySelector('[type=file]').stickyUploader.clear()")],
    ["its removal", (page) => page.getByRole("button", { name: "Remove a.txt" }).click()],
    [
      "a call that used it",
      (page) =>
        page.evaluate("client.forget(document.querySelector('[type=file]').files[0], 'submission.create/upload')"),
    ],
  ])("are over with %s", async (_, act) => {
    const { page, pick, token, hidden, app } = await open()
    await pick("a.txt")
    await token()
    expect(await kept(page)).toEqual(["a.txt"])
    await act(page)
    await expect.poll(() => kept(page)).toEqual([])
    await page.goto(app.url)
    await page.locator("output").waitFor({ state: "attached" })
    expect(await hidden()).toEqual([""])
  })

  it("are asked about again by who comes back from where a submit led", async () => {
    const { page, pick, token, says, save, app } = await open(fileInput("upload", "required"), {}, startKept)
    await pick("a.txt")
    await token()
    await page.reload()
    await token()
    await page.evaluate("addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted })")
    await save()
    await app.saved.take()
    await page.waitForURL("**/thanks")
    await page.goBack({ waitUntil: "commit" })
    await page.waitForFunction("persisted")
    await says("The uploaded file was submitted already: a.txt. Please pick the file again.")
    expect([await kept(page), await listed(page)]).toEqual([[], []])
  })

  it("outlast a submit that a script takes over", async () => {
    const { page, pick, token, save } = await open()
    await page.evaluate("document.forms[0].onsubmit = () => false")
    await pick("a.txt")
    const known = await token()
    await save()
    await page.reload()
    expect(await token()).toBe(known)
  })

  it("give way to what the page itself brings", async () => {
    let brought: string | undefined
    const field = () => {
      const files = brought === undefined ? [] : [{ token: brought, name: "page.txt", size: 1 }]
      return stickyField({ name: "upload", url: uploadUrl("upload"), files })
    }
    const { page, pick, token, hidden } = await open("", { page: () => form(field()) })
    await pick("page.txt")
    brought = await token()
    await pick("mine.txt")
    await token("_upload", brought)
    await page.reload()
    await expect.poll(() => kept(page)).toEqual([])
    expect(await hidden()).toEqual([brought])
  })

  it("are kept while nobody can say whether they are good, and come back once somebody can", async () => {
    const { page, pick, token, hidden } = await open()
    await pick("a.txt")
    const known = await token()
    await page.route("**/uploads/**", (route) => route.abort())
    const asked = page.waitForEvent("requestfailed")
    await page.reload()
    await asked
    expect([await kept(page), await hidden()]).toEqual([["a.txt"], [""]])
    await page.unroute("**/uploads/**")
    await page.evaluate("dispatchEvent(new Event('online'))")
    expect(await token()).toBe(known)
  })

  it("are no more than a wish where a browser stores nothing", async () => {
    const { page, pick, token, save, app } = await open()
    await page.addInitScript(() => {
      Object.defineProperty(window, "sessionStorage", {
        get() {
          throw new DOMException("The operation is insecure.", "SecurityError")
        },
      })
    })
    await page.reload()
    await pick("a.txt")
    await token()
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: bytesOf("a.txt") })
  })

  it("keep nothing, and nothing of before, where the tab has no room", async () => {
    const { page, pick, token, hidden } = await open()
    await pick("a.txt")
    const known = await token()
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError")
      }
    })
    await pick("b.txt")
    await token("_upload", known)
    await page.reload()
    await page.locator("output").waitFor({ state: "attached" })
    expect([await kept(page), await hidden()]).toEqual([[], [""]])
  })

  it("leave out an input that says so, and a form that remembers nothing", async () => {
    const without = await open(undefined, { script: script("{ persist: false }") })
    await without.pick("a.txt")
    await without.token()
    const off = await open(undefined, {
      page: () => form(fileInput("upload")).replace("<form", `<form autocomplete="off"`),
    })
    await off.pick("a.txt")
    await off.token()
    expect([await kept(without.page), await kept(off.page)]).toEqual([[], []])
  })
})
