import { describe, expect, it } from "vitest"
import { readDocument } from "../../sticky-uploads/test/support/documents.js"
import { faultsOf } from "../../sticky-uploads/test/support/faults.js"
import { chromiumPages, picked } from "../../sticky-uploads/test/support/open-page.js"
import { picture } from "../../sticky-uploads/test/support/start-form.js"
import type { FieldWorld } from "./pages/field.js"
import { reactPages, type StartedReact } from "./support/start-react.js"

declare const window: Window & FieldWorld

const open = chromiumPages()
/** The style that the guide gives it. */
const [, style = ""] = /```css\n(.*?)```/s.exec(readDocument("apps/docs/guide/react.md").text) ?? []
const staged = { token: "a.b.c", name: "old.txt", size: 5, type: "text/plain" }

/** Opens a page to which no script comes. */
async function without(url: string) {
  const blank = await open("about:blank")
  await blank.page.route("**/react.js", (route) => route.abort())
  await blank.page.goto(url)
  return blank
}

/** What the field shows of its file. */
const file = ({ page }: StartedReact) => page.locator(".sticky-file")
const current = ({ page }: StartedReact) => page.locator(".sticky-current")
const currently = async (opened: StartedReact) => (await current(opened).innerText()).replace(/\s+/g, " ")
const button = ({ page }: StartedReact, name: string) => page.getByRole("button", { name, exact: true })

describe.each([18, 19] as const)("<StickyField> with React %i", (version) => {
  const start = reactPages(version, open)

  it("is taken over as the server rendered it, with the error and the file that it came with", async () => {
    const opened = await start("field", { isRendered: true, props: { defaultFile: staged, errors: ["Too late."] } })
    await opened.page.waitForFunction(() => "set" in window)
    expect([await currently(opened), await opened.status(), await opened.hidden()]).toEqual([
      "Currently: old.txt 1 kB Clear",
      "Too late.",
      ["a.b.c"],
    ])
    expect(await opened.page.locator(".sticky-status, input[type=hidden]").count()).toBe(2)
    await opened.pick("new.txt")
    await opened.token("_upload", "a.b.c")
    expect(await opened.status()).toBe("")
  })

  it("is a plain field where its script does not come, and sticks", async () => {
    const opened = await start("field", { isRendered: true, open: without })
    await opened.pick("a.txt")
    await opened.page.getByLabel("Title").fill("")
    await opened.save()
    await current(opened).waitFor()
    expect(await currently(opened)).toBe("Currently: a.txt 1 kB Clear")
    await opened.page.getByLabel("Title").fill("a title")
    await opened.save()
    expect((await opened.app.saved.take()).files).toEqual({ upload: "bytes of a.txt" })
  })

  it("is cleared by its box where its script does not come", async () => {
    const opened = await start("field", { isRendered: true, open: without, props: { defaultFile: staged } })
    await opened.page.getByLabel("Clear").check()
    await opened.save()
    expect((await opened.app.saved.take()).files).toEqual({})
  })

  it("uploads what was picked before its script came", async () => {
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const opened = await start("field", {
      isRendered: true,
      async open(url) {
        const blank = await open("about:blank")
        await blank.page.route("**/react.js", async (route) => {
          await arrived
          await route.continue()
        })
        await blank.page.goto(url, { waitUntil: "commit" })
        return blank
      },
    })
    await opened.pick("early.txt")
    arrive()
    await opened.token()
    expect(await file(opened).innerText()).toContain("early.txt")
  })
})

describe("<StickyField>", () => {
  const start = reactPages(19, open)

  it("is sound and says where it stands, in every state", async () => {
    const opened = await start("field", { props: { target: "submission.create/photo", required: true } })
    const { page, app } = opened
    const sound = async () => expect(await faultsOf(page)).toEqual([])
    const described = () =>
      opened.picker.evaluate((input) =>
        (input.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent),
      )
    await opened.picker.waitFor()
    // axe takes a page for white that does not say of what colour it is.
    await page.addStyleTag({ content: `${style} body { background: Canvas; color: CanvasText }` })
    await sound()
    expect(await described()).toEqual(["One file, 50 MB at most.", ""])

    app.front.hold()
    await opened.picker.setInputFiles(picture())
    const held = await app.front.next()
    await page.getByRole("progressbar", { name: "a.png" }).waitFor()
    await sound()
    held.cut()
    await file(opened).and(page.locator("[data-state=failed]")).waitFor()
    await sound()
    expect(await described()).toEqual(["One file, 50 MB at most.", "Upload failed; please try again."])

    await button(opened, "Try again a.png").click()
    ;(await app.front.next()).release()
    await file(opened).and(page.locator("[data-state=ready]")).waitFor()
    await sound()
    expect(await file(opened).innerText()).toMatch(/^a\.png\s+1 kB Uploaded\s+Remove$/)
    // A live region, as the status line says no more.
    expect(await page.getByRole("status").allTextContents()).toEqual(["", expect.stringMatching(/^1 kB Uploaded/)])

    await opened.picker.setInputFiles(picked("a.txt"))
    ;(await app.front.next()).release()
    await file(opened).and(page.locator("[data-state=refused]")).waitFor()
    await sound()
    expect((await described())[1]).toContain("a.txt")
    expect(await opened.picker.getAttribute("aria-invalid")).toBe("true")

    await page.evaluate((defaultFile) => window.set({ defaultFile, target: "submission.create/upload" }), staged)
    await button(opened, "Remove a.txt").click()
    await current(opened).waitFor()
    await sound()
  })

  it("offers no other try for a file that is there, whatever the server says of the field", async () => {
    const opened = await start("field")
    const { page } = opened
    await opened.pick("a.txt")
    const ready = file(opened).and(page.locator("[data-state=ready]"))
    await ready.waitFor()
    await page.evaluate(() => window.set({ errors: ["Not this one."] }))
    await opened.says("Not this one.")
    expect([await ready.count(), await button(opened, "Try again a.txt").count()]).toEqual([1, 0])
  })

  it("is worked by keyboard alone, and the focus stays at the field", async () => {
    const opened = await start("field", { props: { defaultFile: staged } })
    const { page } = opened
    const focused = () =>
      page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.getAttribute("type"))
    await opened.picker.focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    expect([await focused(), await opened.hidden()]).toEqual(["checkbox", [""]])
    await page.keyboard.press("Space")
    expect(await opened.hidden()).toEqual(["a.b.c"])
    await opened.pick("a.txt")
    await opened.token("_upload", "a.b.c")
    await opened.picker.focus()
    await page.keyboard.press("Tab")
    expect(await focused()).toBe("Remove a.txt")
    await page.keyboard.press("Enter")
    expect([await focused(), await opened.hidden()]).toEqual(["file", ["a.b.c"]])
  })

  it("takes what is dropped on it or pasted, and says its limits before a byte is sent", async () => {
    const opened = await start("field", { props: { limits: { maxBytes: 20, accept: [".txt"] } } })
    const give = (type: "drop" | "paste", name: string, text: string) =>
      opened.page.locator(".sticky-field").evaluate(
        (field, [type, name, text]) => {
          const data = new DataTransfer()
          data.items.add(new File([text as string], name as string, { type: "text/plain" }))
          const options = { bubbles: true, cancelable: true }
          field.dispatchEvent(
            type === "drop"
              ? new DragEvent("drop", { ...options, dataTransfer: data })
              : new ClipboardEvent("paste", { ...options, clipboardData: data }),
          )
        },
        [type, name, text],
      )
    await opened.picker.waitFor()
    await give("drop", "a.txt", "dropped")
    const token = await opened.token()
    await give("paste", "b.txt", "pasted")
    await opened.token("_upload", token)
    await give("drop", "c.txt", "more than twenty bytes")
    await opened.says("File is 22 bytes; the limit is 20 bytes: c.txt")
    expect(opened.app.received).toBe(2)
  })

  it("speaks the words of its page and of its client", async () => {
    const labels = { currently: "Jetzt:", clear: "Weg damit" }
    const opened = await start("field", { props: { defaultFile: staged, labels } })
    expect(await currently(opened)).toBe("Jetzt: old.txt 1 kB Weg damit")
  })
})
