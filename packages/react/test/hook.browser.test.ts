import { describe, expect, it } from "vitest"
import { chromiumPages } from "../../sticky-uploads/test/support/open-page.js"
import type { HookWorld } from "./pages/hook.js"
import { reactPages, type StartedReact } from "./support/start-react.js"

declare const window: Window & HookWorld & { unmount(): void; sent: XMLHttpRequest }

const open = chromiumPages()

/** Resolves once the hook shows this state. */
const becomes = ({ page }: StartedReact, state: string) =>
  page.waitForFunction((state) => window.upload?.state === state, state)

/** What the hook says: its state, the file's name, what is wrong, and whether a form library would send a token or a file. */
const says = ({ page }: StartedReact) =>
  page.evaluate(() => {
    const { state, file, error, value } = window.upload
    return [state, file?.name, error, value instanceof File ? "file" : typeof value]
  })

const set = ({ page }: StartedReact, options: Parameters<HookWorld["set"]>[0]) =>
  page.evaluate((options) => window.set(options), options)

const staged = { token: "a.b.c", name: "old.txt", size: 5, type: "text/plain" }

describe.each([18, 19] as const)("useStickyUpload with React %i, in strict mode", (version) => {
  const start = reactPages(version, open)

  it("uploads what is picked, and the form carries its token", async () => {
    const opened = await start("hook")
    const { pick, app, save, page } = opened
    expect(await says(opened)).toEqual(["idle", undefined, undefined, "undefined"])
    await pick("a.txt")
    await becomes(opened, "ready")
    expect(await says(opened)).toEqual(["ready", "a.txt", undefined, "string"])
    expect(await page.evaluate(() => document.querySelectorAll("output").length)).toBe(1)
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: "bytes of a.txt" })
    expect(app.received).toBe(1)
  })

  it("renders once a whole percent, and not for what shows the same", async () => {
    const opened = await start("hook")
    await opened.page.evaluate(() => {
      const { send } = XMLHttpRequest.prototype
      XMLHttpRequest.prototype.send = function (body) {
        window.sent = this
        send.call(this, body)
      }
    })
    opened.app.front.hold()
    await opened.pick("a.txt")
    const held = await opened.app.front.next()
    // Held, it tells nothing by itself any more.
    await opened.page.waitForFunction(() => window.upload.progress === 1)
    await opened.page.evaluate(async () => {
      window.shown = []
      for (let loaded = 100; loaded < 150; loaded += 1) {
        window.sent.upload.dispatchEvent(new ProgressEvent("progress", { loaded, total: 1000 }))
        await new Promise((go) => setTimeout(go))
      }
    })
    held.release()
    await becomes(opened, "ready")
    expect(await opened.page.evaluate(() => window.shown)).toEqual([
      ...["0.1", "0.11", "0.12", "0.13", "0.14"].map((progress) => `uploading ${progress}`),
      "ready 1",
    ])
  })

  it("says what was refused, and takes another file instead", async () => {
    const opened = await start("hook", { props: { target: "submission.create/photo" } })
    await opened.pick("a.txt")
    await becomes(opened, "refused")
    expect(await says(opened)).toEqual(["refused", "a.txt", expect.stringContaining("image/*"), "file"])
    await set(opened, { target: "submission.create/upload" })
    await becomes(opened, "ready")
  })

  it("lets the last choice win, and what was before ends on the wire", async () => {
    const opened = await start("hook")
    opened.app.front.hold()
    await opened.pick("a.txt")
    const { aborted } = await opened.app.front.next()
    await opened.pick("b.txt")
    await aborted
    ;(await opened.app.front.next()).release()
    await becomes(opened, "ready")
    expect(await says(opened)).toEqual(["ready", "b.txt", undefined, "string"])
  })

  it("aborts, tries again and clears", async () => {
    const opened = await start("hook")
    const act = (name: "abort" | "clear" | "retry") => opened.page.evaluate((name) => window.upload[name](), name)
    opened.app.front.hold()
    await opened.pick("a.txt")
    const { aborted } = await opened.app.front.next()
    await act("abort")
    await aborted
    await becomes(opened, "idle")
    expect(await says(opened)).toEqual(["idle", "a.txt", undefined, "file"])
    await act("retry")
    ;(await opened.app.front.next()).cut()
    await becomes(opened, "failed")
    expect(await says(opened)).toEqual(["failed", "a.txt", "Upload failed; please try again.", "file"])
    await act("retry")
    ;(await opened.app.front.next()).release()
    await becomes(opened, "ready")
    await act("clear")
    await becomes(opened, "idle")
    expect([await says(opened), await opened.hidden()]).toEqual([["idle", undefined, undefined, "undefined"], [""]])
  })

  it.each(["its input", "everything"])("ends the upload on the wire when %s is taken away", async (what) => {
    const opened = await start("hook")
    opened.app.front.hold()
    await opened.pick("a.txt")
    const { aborted } = await opened.app.front.next()
    if (what === "everything") await opened.page.evaluate(() => window.unmount())
    else await set(opened, { without: true })
    await aborted
    if (what === "everything") return
    expect(await says(opened)).toEqual(["idle", undefined, undefined, "undefined"])
    await set(opened, {})
    opened.app.front.hold()
    await opened.pick("b.txt")
    ;(await opened.app.front.next()).release()
    await becomes(opened, "ready")
  })

  it("calls the hooks of the latest render", async () => {
    const opened = await start("hook")
    await opened.page.evaluate(() => {
      window.set({ before: () => false })
    })
    await opened.page.evaluate(() => window.set({ before: ({ name }) => name !== "no.txt" }))
    await opened.pick("no.txt")
    await becomes(opened, "idle")
    await opened.pick("yes.txt")
    await becomes(opened, "ready")
  })

  it("shows the file that the page came with, and goes back to it", async () => {
    const opened = await start("hook", { props: { defaultFile: staged } })
    expect([await says(opened), await opened.hidden()]).toEqual([["ready", "old.txt", undefined, "string"], ["a.b.c"]])
    await opened.pick("a.txt")
    await opened.token("_upload", "a.b.c")
    await opened.page.evaluate(() => window.upload.reset())
    expect([await says(opened), await opened.hidden()]).toEqual([["ready", "old.txt", undefined, "string"], ["a.b.c"]])
    await opened.page.evaluate(() => window.upload.clear())
    expect([await says(opened), await opened.hidden()]).toEqual([["idle", undefined, undefined, "undefined"], [""]])
    await opened.page.getByRole("button", { name: "Reset" }).click()
    await becomes(opened, "ready")
  })

  it("takes another default file where nothing is picked, and leaves what is picked alone", async () => {
    const opened = await start("hook")
    await set(opened, { defaultFile: staged })
    await becomes(opened, "ready")
    expect(await opened.hidden()).toEqual(["a.b.c"])
    await opened.pick("a.txt")
    const token = await opened.token("_upload", "a.b.c")
    await set(opened, { defaultFile: { ...staged, token: "d.e.f" } })
    expect([await says(opened), await opened.hidden()]).toEqual([["ready", "a.txt", undefined, "string"], [token]])
    await opened.page.getByRole("button", { name: "Reset" }).click()
    await opened.page.waitForFunction(() => window.upload.value === "d.e.f")
  })

  it("shows what the server says until the next choice, and again after the next submit", async () => {
    const opened = await start("hook", { props: { errors: ["Too late."] } })
    await opened.page.evaluate(() => document.forms[0]?.addEventListener("submit", (event) => event.preventDefault()))
    const shows = async () => [(await says(opened))[2], await opened.status()]
    const invalid = () => opened.picker.getAttribute("aria-invalid")
    expect([await shows(), await invalid()]).toEqual([["Too late.", "Too late."], "true"])
    await opened.pick("a.txt")
    await becomes(opened, "ready")
    // A form library makes the array anew with every render.
    await set(opened, { errors: ["Too late."] })
    expect([await shows(), await invalid()]).toEqual([[undefined, ""], "false"])
    await opened.save()
    await set(opened, { errors: ["Too late."] })
    expect([await shows(), await invalid()]).toEqual([["Too late.", "Too late."], "true"])
    expect((await says(opened)).at(-1)).toBe("string")
    await set(opened, { errors: [] })
    expect([await shows(), await invalid()]).toEqual([[undefined, ""], "false"])
  })

  it("asks for a file only where there is no token", async () => {
    const opened = await start("hook", { props: { required: true, defaultFile: staged } })
    const missing = () => opened.picker.evaluate((input: HTMLInputElement) => input.validity.valueMissing)
    expect(await missing()).toBe(false)
    await opened.page.evaluate(() => window.upload.clear())
    expect(await missing()).toBe(true)
    // Of this React hears nothing, as it shows nothing new.
    await opened.page.evaluate(() => window.upload.clear())
    expect(await missing()).toBe(true)
    await opened.pick("a.txt")
    await becomes(opened, "ready")
    await opened.page.evaluate(() => window.upload.clear())
    expect(await missing()).toBe(true)
  })
})
