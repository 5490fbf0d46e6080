import { describe, expect, it } from "vitest"
import { keepingPages } from "../support/chromium.js"
import {
  becomes,
  field,
  file,
  form,
  hidden,
  log,
  names,
  open,
  type PageWorld,
  page,
  pick,
  picker,
  save,
  sink,
  state,
  submits,
  uploads,
  useStandIn,
} from "../support/stand-in.js"

declare const window: Window & PageWorld

useStandIn(keepingPages)

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
        `<input name="title" required>${field}<button name="button" value="other" formnovalidate>Other</button>`,
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
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
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

  it("whose hook does nothing takes the file along, and the upload goes on", async () => {
    await open(form(field, `target="sink"`).concat(sink), `client.bind(document, { submit() {} })`)
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    expect(names(await submits.take())).toEqual(["_upload=", "button=save", "upload=a.txt"])
    await upload.accept()
    await becomes("ready")
  })

  it("that waits goes on without its button when that has left the form meanwhile", async () => {
    await open(form(field), `client.bind(document, { submit: "wait" })`)
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    await page.evaluate(() => document.querySelector("button")?.remove())
    await upload.accept()
    expect(names(await submits.take())).toEqual(["_upload=token"])
  })

  it("is sent once, however often it is asked for while it waits, and says so", async () => {
    await open(form(field, `target="sink"`).concat(sink), `client.bind(document, { submit: "wait" })`)
    await pick("a.txt")
    const upload = await uploads.take()
    expect(await picker().evaluate((each) => (each as HTMLInputElement).validity.valid)).toBe(true)
    await save()
    await becomes("submitting")
    const validity = () => picker().evaluate((each) => (each as HTMLInputElement).validationMessage)
    expect(await validity()).toBe("The form is sent once this file is uploaded.")
    await save()
    await upload.accept()
    expect(names(await submits.take())).toEqual(["_upload=token", "button=save"])
    expect([await validity(), await state(), submits.size]).toEqual(["", "ready", 0])
  })

  it("that waits waits for what is picked meanwhile, and sends that", async () => {
    await open(form(field, `target="sink"`).concat(sink), `client.bind(document, { submit: "wait" })`)
    await pick("a.txt")
    const first = await uploads.take()
    await save()
    await pick("b.txt")
    await first.aborted
    expect(await state()).toBe("submitting")
    await (await uploads.take()).accept("b")
    expect(names(await submits.take())).toEqual(["_upload=b", "button=save"])
  })

  it.each([
    ["aborted, and goes on with the file itself", "abort", ["_upload=", "button=save", "upload=a.txt"]],
    ["cleared, and goes on without it", "clear", ["_upload=", "button=save", "upload="]],
  ] as const)("that waits may see its upload %s", async (_what, act, sent) => {
    await open(form(field, `target="sink"`).concat(sink), `client.bind(document, { submit: "wait" })`)
    await pick("a.txt")
    const upload = await uploads.take()
    await save()
    await becomes("submitting")
    await page.evaluate((name) => window.input.stickyUploader?.[name](), act)
    await upload.aborted
    expect(names(await submits.take())).toEqual(sent)
  })

  it("that was sent leaves a page to come back to, whose file gets a new token, as the old one may be used", async () => {
    await open(form(`<input name="title">${field}`))
    await page.locator("[name=title]").fill("kept")
    await pick("a.txt")
    await (await uploads.take()).accept("first")
    await becomes("ready")
    await page.evaluate(() => addEventListener("pageshow", ({ persisted }) => window.log.push(persisted)))
    await save()
    await submits.take()
    // A page that is brought back alive is not loaded again.
    await page.goBack({ waitUntil: "commit" })
    await page.waitForFunction(() => window.log.length > 0)
    expect(await log()).toEqual([true])
    await (await uploads.take()).accept("second")
    await becomes("ready")
    expect([await hidden(), await picker().isDisabled()]).toEqual([["second"], false])
    await save()
    expect(names(await submits.take())).toEqual(["_upload=second", "button=save", "title=kept"])
  })
})
