import { stickyField } from "sticky-uploads/html"
import { describe, expect, it } from "vitest"
import {
  becomes,
  field,
  file,
  form,
  hidden,
  hooks,
  log,
  open,
  type PageWorld,
  page,
  pick,
  picker,
  state,
  status,
  uploads,
  useStandIn,
} from "../support/stand-in.js"

declare const window: Window & PageWorld

useStandIn()

const several = field.replace("<input", "<input multiple")
const lines = () =>
  page.locator(".sticky-file").evaluateAll((all) =>
    all.map((line) => [
      (line as HTMLElement).dataset.state,
      ...[...line.children]
        .filter((each) => !(each as HTMLElement).hidden && !each.matches(".sticky-up, .sticky-down"))
        .map((each) => (each instanceof HTMLProgressElement ? each.value : each.textContent))
        .filter((text) => text !== ""),
    ]),
  )

describe("checkLimits", () => {
  const limits = { maxBytes: 5_000_000, minBytes: 2, accept: ["image/*", ".pdf"] }
  const limited = stickyField({ name: "upload", url: "/sticky/submission.create/upload", limits })

  it("judges files by what stickyField wrote, before a byte is sent, in the endpoint's words", async () => {
    await open(form(limited), `door.checkLimits(); client.bind(document, ${hooks})`, "view")
    const refusals: [ReturnType<typeof file>, string][] = [
      [file("big.png", 7_200_000, "image/png"), "File is 7.2 MB; the limit is 5 MB: big.png"],
      [file("a.png", 1, "image/png"), "File is 1 byte; at least 2 bytes are needed: a.png"],
      [file("empty.pdf", 0, ""), "File is empty: empty.pdf"],
      [file("a.txt", 9), "File is of type text/plain; allowed are image/*, .pdf: a.txt"],
    ]
    for (const [each, message] of refusals) {
      await picker().setInputFiles(each)
      await page.locator("output", { hasText: message }).waitFor()
      expect(await state()).toBe("refused")
    }
    expect(await page.evaluate(() => window.input.stickyUploader?.parts[0])).toMatchObject({
      code: "file_type_refused",
    })
    for (const each of [file("photo.JPG", 9, ""), file("x", 9, "application/x-pdf"), file("x.pdf", 9, "text/odd")]) {
      await picker().setInputFiles(each)
      await (await uploads.take()).accept()
      await becomes("ready")
    }
    expect([uploads.size, await status()]).toEqual([0, ""])
    expect((await log()).filter((each) => (each as string[])[0] === "success")).toHaveLength(3)
  })

  it("speaks the client's language, and can be undone", async () => {
    await open(
      form(limited),
      `const words = { file_empty: ({ name }) => "Leer: " + name }
       window.undo = door.checkLimits()
       door.createStickyClient({ url: "/sticky", messages: words }).bind()`,
      "view",
    )
    await picker().setInputFiles(file("empty.pdf", 0, ""))
    await becomes("refused")
    expect(await status()).toBe("Leer: empty.pdf")
    await page.evaluate("undo()")
    await picker().setInputFiles(file("empty.pdf", 0, ""))
    await (await uploads.take()).accept()
    await becomes("ready")
  })
})

describe("showFiles", () => {
  it("shows name, size, progress and what came of it", async () => {
    await open(form(several), `client.bind(); door.showFiles()`, "view")
    await picker().setInputFiles([file("日本.txt", 1200), file("b.txt")])
    expect(await lines()).toEqual([
      ["uploading", "日本.txt", "1.2 kB", expect.any(Number), "Remove"],
      ["uploading", "b.txt", "3 bytes", expect.any(Number), "Remove"],
    ])
    for (const upload of [await uploads.take(), await uploads.take()]) {
      if ((await upload.part()).filename === "b.txt") upload.cut()
      else await upload.accept()
    }
    await becomes("failed")
    expect(await lines()).toEqual([
      ["ready", "日本.txt", "1.2 kB", "Uploaded", "Remove"],
      ["failed", "b.txt", "3 bytes", "Upload failed; please try again.", "Try again", "Remove"],
    ])
    await page.getByRole("button", { name: "Try again b.txt" }).press("Enter")
    await (await uploads.take()).accept()
    await becomes("ready")
    expect((await lines()).map(([name]) => name)).toEqual(["ready", "ready"])
    expect(await page.evaluate(() => document.activeElement === window.input)).toBe(true)
  })

  it("says at a file what is wrong with it while another one is still on its way", async () => {
    await open(
      form(several),
      `client.bind(document, { before(file) { if (file.name === "a.txt") this.refuse(file, "Not this one.") } })
       door.showFiles()`,
      "view",
    )
    await picker().setInputFiles([file("a.txt"), file("b.txt")])
    const upload = await uploads.take()
    expect(await lines()).toEqual([
      ["refused", "a.txt", "3 bytes", "Not this one.", "Remove"],
      ["uploading", "b.txt", "3 bytes", expect.any(Number), "Remove"],
    ])
    await upload.accept()
    await becomes("refused")
    // Spoken once: by the status line.
    expect([await status(), await page.locator("output", { hasText: "Not this one." }).count()]).toEqual([
      "Not this one.",
      1,
    ])
  })

  it("is a list with a name, its progress bars and buttons named after their files", async () => {
    await open(form(several), `client.bind(); door.showFiles()`, "view")
    await picker().setInputFiles([file("a.txt"), file("b.txt")])
    const list = page.getByRole("list", { name: "Picked files" })
    expect(await list.getByRole("listitem").count()).toBe(2)
    expect(await list.getByRole("progressbar", { name: "a.txt" }).count()).toBe(1)
    expect(await list.getByRole("button", { name: "Remove b.txt" }).count()).toBe(1)
    // After the field and what is said of it, so that it is read and reached in that order.
    expect(await page.evaluate(() => [...(document.forms[0]?.children ?? [])].map(({ tagName }) => tagName))).toEqual([
      "INPUT",
      "OUTPUT",
      "UL",
      "OUTPUT",
      "BUTTON",
    ])
  })

  it("takes one file out, whose upload ends, and leaves the others running and the focus near", async () => {
    await open(form(several), `client.bind(); door.showFiles()`, "view")
    await picker().setInputFiles([file("a.txt"), file("b.txt")])
    const sent = [await uploads.take(), await uploads.take()]
    const [a, b] = (await sent[0]?.part())?.filename === "a.txt" ? sent : sent.reverse()
    await page.getByRole("button", { name: "Remove a.txt" }).press("Enter")
    await a?.aborted
    const focused = () => page.evaluate(() => document.activeElement?.id)
    expect(await focused()).toBe(await page.getByRole("button", { name: "Remove b.txt" }).getAttribute("id"))
    await b?.accept("b")
    await becomes("ready")
    expect([await hidden(), uploads.size]).toEqual([["b"], 0])
    expect(await page.evaluate(() => window.input.files?.length)).toBe(1)
    await page.getByRole("button", { name: "Remove b.txt" }).press("Enter")
    expect([await page.locator(".sticky-files").count(), await hidden(), await focused()]).toEqual([
      0,
      [],
      await picker().getAttribute("id"),
    ])
  })

  it("comes late, goes when it is undone, and says what goes with the form", async () => {
    await open(
      form(field),
      `client.bind(document, { before: () => false }); window.start = () => { window.undo = door.showFiles() }`,
      "view",
    )
    await pick("a.txt")
    await becomes("idle")
    await page.evaluate("start()")
    expect(await lines()).toEqual([["idle", "a.txt", "3 bytes", "Is sent with the form", "Remove"]])
    await page.evaluate("undo()")
    expect(await page.locator(".sticky-files").count()).toBe(0)
    await pick("b.txt")
    expect(await page.locator(".sticky-files").count()).toBe(0)
  })

  it("speaks the client's language, or one of its own", async () => {
    await open(
      form(field),
      `door.createStickyClient({ url: "/sticky", messages: { remove: () => "Weg", uploaded: () => "Da" } }).bind()
       door.showFiles(document, { messages: { uploaded: () => "Angekommen", size: ({ bytes }) => bytes + " B" } })`,
      "view",
    )
    await pick("a.txt")
    await (await uploads.take()).accept()
    await becomes("ready")
    expect(await lines()).toEqual([["ready", "a.txt", "3 B", "Angekommen", "Weg"]])
  })

  it("leaves with its uploader, which bind does not bring back", async () => {
    await open(form(field), `client.bind(); door.showFiles()`, "view")
    await pick("a.txt")
    await page.evaluate(() => window.input.stickyUploader?.destroy())
    expect(await page.locator(".sticky-files").count()).toBe(0)
  })
})
