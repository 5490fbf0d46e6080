import type { StickyUploader } from "sticky-uploads/client"
import { stickyField } from "sticky-uploads/html"
import { describe, expect, it } from "vitest"
import {
  becomes,
  field,
  file,
  form,
  hidden,
  open,
  type PageWorld,
  page,
  picker,
  save,
  sink,
  status,
  submits,
  type Upload,
  uploads,
  useStandIn,
} from "../support/stand-in.js"

declare const window: Window & PageWorld

useStandIn()

const several = field.replace("<input", "<input multiple")
const start = `client.bind(); door.showFiles(); door.addPicks(); door.checkLimits()`
const names = () => page.locator(".sticky-name").allTextContents()
const button = (name: string) => page.getByRole("button", { name, exact: true })
const focused = () => page.evaluate(() => document.activeElement?.id)
const choose = (...names: string[]) => picker().setInputFiles(names.map((name) => file(name)))
const picked = () => page.evaluate(() => [...(window.input.files ?? [])].map(({ name }) => name))
const remove = (id: number) =>
  page.evaluate((id) => window.door.removeFile(window.input.stickyUploader as StickyUploader, id), id)
const move = (id: number, to: number) =>
  page.evaluate(([id, to]) => window.door.moveFile(window.input.stickyUploader as StickyUploader, id, to), [
    id,
    to,
  ] as const)

/** Answers the next uploads, each with the name of its file as its token, or cuts them off. */
async function answer(count: number, failing: string[] = []) {
  for (const each of await Promise.all(Array.from({ length: count }, () => uploads.take()))) {
    const { filename = "" } = await each.part()
    if (failing.includes(filename)) each.cut()
    else await each.accept(filename)
  }
}
/** What the form sends of this field, in its order. */
async function sent() {
  await save()
  const parts = await submits.take()
  return parts
    .filter(({ name }) => /upload/.test(name))
    .map(({ name, filename, value }) => `${name}=${filename ?? value}`)
}

describe("a client's uploads", () => {
  it("are on their way three at a time, of all inputs and calls, first come first served", async () => {
    await open(form(several), `client.bind(); window.answers = []`)
    await choose("1", "2", "3", "4")
    const called = page.evaluate(() => window.client.upload(new File(["x"], "5"), "submission.create/upload"))
    const first = [await uploads.take(), await uploads.take(), await uploads.take()]
    const running = new Map<string | undefined, Upload>()
    for (const each of first) running.set((await each.part()).filename, each)
    expect([[...running.keys()].sort(), uploads.size]).toEqual([["1", "2", "3"], 0])
    await running.get("2")?.accept("2")
    const fourth = await uploads.take()
    expect((await fourth.part()).filename).toBe("4")
    running.get("1")?.cut()
    const fifth = await uploads.take()
    expect((await fifth.part()).filename).toBe("5")
    for (const each of [running.get("3"), fourth, fifth]) await each?.accept((await each.part()).filename)
    expect(await called).toBe("5")
  })

  it("are told at the input by what is up of all", async () => {
    await open(form(several), `door.createStickyClient({ url: "/sticky", parallel: 1 }).bind()`)
    await choose("1", "2", "3", "4")
    await answer(1)
    const second = await uploads.take()
    await second.part()
    // One is up, the bytes of one are all on their way, and two wait for their turn.
    await page.locator("output", { hasText: "50%" }).waitFor()
    await second.accept("2")
    await answer(1)
    await answer(1)
    await becomes("ready")
    expect(await status()).toBe("")
  })

  it("leave the queue when they are aborted, and let the next one go", async () => {
    await open(
      form(several),
      `const one = door.createStickyClient({ url: "/sticky", parallel: 1 }); one.bind()`,
      "view",
    )
    await choose("1", "2", "3")
    const first = await uploads.take()
    await remove(2)
    await first.part()
    expect(uploads.size).toBe(0)
    await remove(1)
    await first.aborted
    const third = await uploads.take()
    await third.accept((await third.part()).filename)
    await becomes("ready")
    expect([await hidden(), uploads.size]).toEqual([["3"], 0])
  })

  it("are not begun once a hook has taken them back", async () => {
    await open(
      form(several),
      `client.bind(document, { before(file) { log.push(file.name); if (file.name === "2") this.clear() } })`,
    )
    await choose("1", "2", "3")
    await becomes("idle")
    expect(await page.evaluate(() => window.log)).toEqual(["1", "2"])
  })

  it("hold no place while they wait to be sent again", async () => {
    await open(
      form(several),
      `const retry = door.retries(); door.createStickyClient({ url: "/sticky", parallel: 1, retry }).bind()`,
      "view",
    )
    await choose("1", "2")
    const first = await uploads.take()
    await first.part()
    first.cut()
    const second = await uploads.take()
    expect((await second.part()).filename).toBe("2")
    await second.accept("2")
    const again = await uploads.take()
    await again.accept((await again.part()).filename)
    await becomes("ready")
    expect(await hidden()).toEqual(["1", "2"])
  })
})

describe("the order of files", () => {
  it("is what the form sends, with a file that could not be uploaded in its place", async () => {
    await open(form(several), start, "view")
    await choose("a", "b", "c")
    await answer(3, ["b"])
    await becomes("failed")
    await move(3, 0)
    expect([await names(), await picked(), await hidden()]).toEqual([
      ["c", "a", "b"],
      ["c", "a", "b"],
      ["c", "a"],
    ])
    await move(2, 1)
    expect(await sent()).toEqual(["_upload=c", "upload=b", "_upload=a"])
  })

  it("is changed by buttons, which keep the focus, and said politely", async () => {
    await open(form(several), start, "view")
    await choose("a", "b", "c")
    await answer(3)
    await becomes("ready")
    const said = () => page.locator(".sticky-moved").textContent()
    expect(await page.locator(".sticky-moved").evaluate((each) => each.tagName)).toBe("OUTPUT")
    await button("Move down a").press("Enter")
    expect([await names(), await said(), await hidden()]).toEqual([
      ["b", "a", "c"],
      "a is now 2 of 3.",
      ["b", "a", "c"],
    ])
    await page.keyboard.press("Enter")
    expect([await names(), await said()]).toEqual([["b", "c", "a"], "a is now 3 of 3."])
    // At the end it can do nothing more, and stays where it is.
    await page.keyboard.press("Enter")
    expect(await focused()).toBe(await button("Move down a").getAttribute("id"))
    expect(await button("Move down a").getAttribute("aria-disabled")).toBe("true")
    await button("Move up a").press("Space")
    expect([await names(), await said()]).toEqual([["b", "a", "c"], "a is now 2 of 3."])
    await button("Remove b").press("Enter")
    expect([await names(), await said()]).toEqual([["a", "c"], ""])
    expect(uploads.size).toBe(0)
  })

  it("is changed by dragging a line to the place of another", async () => {
    await open(form(several), start, "view")
    await choose("a", "b", "c")
    await answer(3)
    await becomes("ready")
    const line = (name: string) => page.locator(".sticky-file", { has: page.getByText(name, { exact: true }) })
    await line("c").dragTo(line("a"))
    expect([await names(), await page.locator("[data-over]").count()]).toEqual([["c", "a", "b"], 0])
    expect(await page.locator(".sticky-moved").textContent()).toBe("c is now 1 of 3.")
    await line("c").dragTo(line("b"))
    expect(await names()).toEqual(["a", "b", "c"])
    expect(await sent()).toEqual(["_upload=a", "_upload=b", "_upload=c"])
  })

  it("cannot be changed where there is one file, or room for one", async () => {
    await open(form(field), start, "view")
    await choose("a")
    expect([await button("Move up a").count(), await page.locator("[draggable=true]").count()]).toEqual([0, 0])
    await open(form(several), start, "view")
    await choose("a")
    expect(await button("Move up a").count()).toBe(0)
  })
})

describe("the list of files", () => {
  it("tries one file again, and leaves the other that failed", async () => {
    await open(form(several), start, "view")
    await choose("a", "b")
    await answer(2, ["a", "b"])
    await becomes("failed")
    await button("Try again b").click()
    await answer(1)
    await page.waitForFunction(() => window.input.stickyUploader?.parts[1]?.state === "ready")
    expect([
      await page.locator(".sticky-file").evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.state)),
      uploads.size,
    ]).toEqual([["failed", "ready"], 0])
  })

  it("takes its files with what was there before, when it is picked again", async () => {
    await open(form(several), start, "view")
    const pick = (...names: string[]) =>
      page.evaluate((names) => {
        const choice = new DataTransfer()
        for (const name of names) choice.items.add(new File([name], name, { lastModified: 1 }))
        Object.assign(window.input, { files: choice.files }).dispatchEvent(new Event("change", { bubbles: true }))
      }, names)
    await pick("a", "b")
    await answer(2)
    // The same file is not there twice.
    await pick("c", "b")
    await answer(1)
    await becomes("ready")
    expect([await names(), await hidden(), await picked()]).toEqual([
      ["a", "b", "c"],
      ["a", "b", "c"],
      ["a", "b", "c"],
    ])
    await picker().setInputFiles([])
    expect([await names(), await hidden()]).toEqual([[], []])
  })
})

describe("the files that a page came with", () => {
  const files = ["k", "l"].map((name) => ({ token: `token-${name}`, name, size: 5 }))
  const page2 = stickyField({
    name: "upload",
    url: "/sticky/submission.create/upload",
    multiple: true,
    files,
    errors: ["Two are too many."],
  })

  it("are lines of the list, and no boxes; what was said of them stays until something changes", async () => {
    await open(form(page2), start, "view")
    expect([await names(), await page.locator("[type=checkbox]").count(), await status()]).toEqual([
      ["k", "l"],
      0,
      "Two are too many.",
    ])
    await choose("a")
    await answer(1)
    await becomes("ready")
    expect([await names(), await hidden(), await status()]).toEqual([["k", "l", "a"], ["token-k", "token-l", "a"], ""])
    await button("Move up a").click()
    await button("Remove k").click()
    expect(await sent()).toEqual(["upload=", "_upload=a", "_upload=token-l"].slice(1))
  })

  it("come back with a reset, in their order, and as boxes when the list goes", async () => {
    await open(form(page2), `client.bind(); window.undo = door.showFiles()`, "view")
    await button("Move down k").click()
    await button("Remove k").click()
    await page.evaluate(() => document.forms[0]?.reset())
    await page.waitForFunction(() => window.input.stickyUploader?.parts.length === 2)
    expect(await names()).toEqual(["k", "l"])
    await button("Remove l").click()
    await page.evaluate("undo()")
    const boxes = () =>
      page.locator("[type=checkbox]").evaluateAll((all) => all.map((each) => (each as HTMLInputElement).checked))
    expect([await boxes(), await hidden(), await names()]).toEqual([[true, false], ["token-k", "token-l"], []])
    expect(await sent()).toEqual(["_upload=token-k", "upload="])
  })

  it("stay boxes without a list, and come back as boxes when an uploader lets go", async () => {
    await open(form(page2), `client.bind()`, "view")
    expect(await page.locator("[type=checkbox]").count()).toBe(2)
    await open(form(page2), start, "view")
    await button("Remove k").click()
    await page.evaluate(() => window.input.stickyUploader?.destroy())
    expect(
      await page.locator("[type=checkbox]").evaluateAll((all) => all.map((each) => (each as HTMLInputElement).checked)),
    ).toEqual([false, true])
    expect(await sent()).toEqual(["_upload=token-l", "upload="])
  })
})

describe("checkLimits, of several files", () => {
  const limits = { maxFiles: 3, maxTotalBytes: 100 }
  const limited = stickyField({
    name: "upload",
    url: "/sticky/submission.create/upload",
    multiple: true,
    limits,
    files: [{ token: "token-k", name: "k", size: 50 }],
  })

  it("refuses those beyond the number, until others make room", async () => {
    await open(form(limited, `target="sink"`).concat(sink), start, "view")
    await choose("a", "b", "c", "d")
    await answer(2)
    await page.locator("output", { hasText: "At most 3 files are taken at once." }).first().waitFor()
    const states = () => page.evaluate(() => window.input.stickyUploader?.parts.map(({ state }) => state))
    expect([await states(), uploads.size]).toEqual([["ready", "ready", "ready", "refused", "refused"], 0])
    // Said once, however many there are.
    expect(await status()).toBe("At most 3 files are taken at once.")
    await save()
    expect(submits.size).toBe(0)
    await button("Remove k").click()
    await answer(1)
    await page.waitForFunction(() => window.input.stickyUploader?.parts[2]?.state === "ready")
    expect([await names(), await states()]).toEqual([
      ["a", "b", "c", "d"],
      ["ready", "ready", "ready", "refused"],
    ])
    await button("Remove d").click()
    expect([await status(), await sent()]).toEqual(["", ["_upload=a", "_upload=b", "_upload=c"]])
  })

  it("refuses what is too much together, also beside boxes that no list has taken", async () => {
    await open(form(limited), `client.bind(); door.checkLimits()`, "view")
    await picker().setInputFiles([file("a", 30), file("b", 30)])
    await answer(1)
    await becomes("refused")
    expect([await status(), uploads.size]).toEqual(["The files are 110 bytes together; the limit is 100 bytes.", 0])
  })
})
