import { describe, expect, it } from "vitest"
import {
  becomes,
  errors,
  field,
  form,
  hidden,
  hooks,
  log,
  names,
  open,
  type PageWorld,
  page,
  pick,
  picker,
  save,
  state,
  status,
  submits,
  type Upload,
  uploads,
  useStandIn,
} from "../support/stand-in.js"

declare const window: Window & PageWorld

useStandIn()

describe("an upload", () => {
  it("goes to its target as the part upload, and its token into the hidden field (V4, B7)", async () => {
    await open(form(field), `document.cookie = "csrftoken=a%20b"; client.bind()`)
    await pick("日本.txt")
    const upload = await uploads.take()
    expect(upload.target).toBe("submission.create/upload")
    expect(upload.headers).toMatchObject({ "x-csrftoken": "a b", accept: "application/json" })
    // A second later it says how far it is.
    expect(["Uploading…", "100%"]).toContain(await status())
    expect(await upload.part()).toMatchObject({ name: "upload", filename: "日本.txt", value: "xxx" })
    await upload.accept("abc")
    await becomes("ready")
    expect(await hidden()).toEqual(["abc"])
    expect(await status()).toBe("")
  })

  it("tells how far it is while its bytes go, each whole percent once (B4)", async () => {
    await open(
      form(field),
      `client.bind(document, ${hooks})
       window.told = []
       document.addEventListener("sticky:progress", ({ detail }) => told.push(detail.data))`,
    )
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
    const told = await page.evaluate<number[]>("told")
    expect(told).toEqual([...new Set(told.map((fraction) => Math.round(fraction * 100) / 100))])
    expect(told.at(-1)).toBe(1)
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
