import { readFileSync } from "node:fs"
import type { RequestHandler } from "express"
import { stickyField } from "sticky-uploads/html"
import { describe, expect, it } from "vitest"
import { importMap, serveDoors } from "../support/browser-doors.js"
import { csrfCheck } from "../support/csrf-check.js"
import { cutLine } from "../support/cut-line.js"
import { bytesOf, chromiumPages, picked } from "../support/open-page.js"
import { originalUploadPath, serveOriginal } from "../support/original-view.js"
import { type PageOptions, servePage, uploadUrl } from "../support/serve-page.js"

const open = chromiumPages()

describe("the original script, unmodified, at our endpoint", () => {
  const script = readFileSync(new URL("../support/original-script.js", import.meta.url), "utf8")

  const page: PageOptions["page"] = (form) =>
    `<script>
       ${script}
       window.log = []
       addEventListener("load", () => {
         for (const input of document.querySelectorAll("input[data-upload-url]")) {
           for (const name of ["success", "failure"]) {
             input.djangoUploader.options[name] = (answer) => log.push([name, answer])
           }
         }
       })
     </script>
     <form method="post" action="/submissions" enctype="multipart/form-data">
       <input name="title">
       ${["upload", "photo"]
         .map((name) => stickyField({ name, url: uploadUrl(name), files: form?.files[name] ?? [] }))
         .join("")}
       <button name="button" value="save">Save</button>
     </form>`

  const start = async (options: Partial<PageOptions> = {}) => {
    const app = await servePage({ page, ...options })
    return { app, ...(await open(app.url)) }
  }
  type Started = Awaited<ReturnType<typeof start>>

  /** What the hooks were told, once there is something. */
  const told = async ({ page, log }: Started) => {
    await page.waitForFunction("log.length")
    return log()
  }
  const pickPhoto = ({ page }: Started, file: ReturnType<typeof picked>) =>
    page.locator("[name=photo]").setInputFiles(file)

  it("uploads, sticks over a form that failed, and the promoted bytes are the picked ones (B1, B5, B7, B8)", async () => {
    const started = await start()
    const { app, page, pick, save, token, hidden } = started
    await pick("a.txt")
    const stored = await token()
    expect(await told(started)).toEqual([
      ["success", expect.objectContaining({ is_valid: true, filename: "a.txt", url: null, stored })],
    ])
    expect(await page.locator(".original-label").first().textContent()).toBe("")
    await save()
    await page.getByText("Currently: a.txt").waitFor()
    expect(await hidden()).toEqual([stored])
    await page.locator("[name=title]").fill("mended")
    await save()
    expect(await app.saved.take()).toEqual({ title: "mended", button: "save", files: { upload: bytesOf("a.txt") } })
    expect(app.received).toBe(1)
    expect(await app.left()).toEqual([expect.stringMatching(/claim/)])
  })

  it("shows its label while the bytes go, and empties it (B4)", async () => {
    const { app, page, pickBig, token } = await start()
    app.front.hold()
    await pickBig()
    const upload = await app.front.next()
    const label = page.locator(".original-label").first()
    await label.filter({ hasText: /^\d{1,2}%$/ }).waitFor()
    upload.release()
    await token()
    expect(await label.textContent()).toBe("")
  })

  it.each([
    ["of another type", picked("a.txt"), "success", "file_type_refused", "File is of type text/plain"],
    ["that is too large", picked("a.png", Buffer.alloc(6000)), "success", "file_too_large", "over the limit of 5 kB"],
    [
      "far too large to be read",
      picked("a.png", Buffer.alloc(90_000)),
      "failure",
      "body_too_large",
      "the limit is 5 kB",
    ],
  ])("gets a refusal it can read for a file %s, and no token", async (_what, file, hook, code, message) => {
    const started = await start()
    await pickPhoto(started, file)
    const [[told1, answer]] = (await told(started)) as [[string, { errors: { upload: string[] } }]]
    expect([told1, answer]).toEqual([hook, expect.objectContaining({ is_valid: false, code })])
    expect(answer.errors.upload).toEqual([expect.stringContaining(message)])
    expect(await started.hidden("_photo")).toEqual([""])
    expect(started.app.errors).toEqual([])
  })

  it("gives the token up when a request is refused, as JSON that its failure hook gets (B7)", async () => {
    const started = await start()
    const { page, pick, token, hidden } = started
    await pick("a.txt")
    await token()
    await page.context().clearCookies()
    await pick("b.txt")
    await page.waitForFunction("log.length === 2")
    const message = "You are not allowed to upload here."
    expect((await told(started))[1]).toEqual([
      "failure",
      expect.objectContaining({ is_valid: false, errors: { upload: [message] }, code: "upload_forbidden" }),
    ])
    expect(await hidden()).toEqual([""])
  })

  it("passes an app's own CSRF check by the header it sends (B6)", async () => {
    const guard = csrfCheck((res) => res.status(403).json({ is_valid: false, errors: { upload: ["CSRF"] } }))
    const started = await start({ guard })
    const { page, pick, token } = started
    await pick("a.txt")
    expect(await told(started)).toEqual([["failure", { is_valid: false, errors: { upload: ["CSRF"] } }]])
    await page.evaluate(`document.cookie = "csrftoken=abc"`)
    await pick("b.txt")
    expect(await token()).not.toBe("")
  })
})

describe("our client at the original view", () => {
  const page = (script: string) => (form: string) =>
    `${importMap}${form}
    <script type="module">
      import { createStickyClient } from "sticky-uploads/client"
      window.log = []
      const hooks = {
        success(answer) { log.push(["success", answer.is_valid]) },
        failure(failure) { log.push(["failure", failure.status]) },
      }
      const client = window.client = createStickyClient({ url: "/sticky-uploads" })
      ${script}
    </script>`

  const start = async ({
    script = "client.bind(document, hooks)",
    guard,
  }: {
    script?: string
    guard?: RequestHandler
  } = {}) => {
    const original = await serveOriginal({ page: page(script), routes: serveDoors, ...(guard && { guard }) })
    const opened = await open(original.url)
    return { ...original, ...opened, hidden: () => opened.hidden("_file"), token: () => opened.token("_file") }
  }

  it("uploads, sticks over a form that failed, and satisfies the required of the widget (W5, W6)", async () => {
    const { page, pick, save, token, status, saved, requests } = await start()
    await pick("a.txt")
    const stored = await token()
    expect(await status()).toBe("")
    await save()
    await page.getByText("Currently: a.txt").waitFor()
    expect(await token()).toBe(stored)
    await page.locator("[name=title]").fill("mended")
    await save()
    expect(await saved.take()).toBe(bytesOf("a.txt"))
    expect(requests).toEqual([{ method: "POST", csrf: "a-csrf-token" }])
  })

  it("shows at the input what the view says of a file it refuses", async () => {
    const { picker, page, hidden, says, log, pick, token } = await start()
    await picker.setInputFiles(picked("empty.txt", ""))
    await says("The submitted file is empty.")
    const described = await picker.getAttribute("aria-describedby")
    expect(await page.locator(`[id="${described}"]`).textContent()).toBe("The submitted file is empty.")
    expect([await hidden(), await log()]).toEqual([[""], [["success", false]]])
    await pick("a.txt")
    expect(await token()).not.toBe("")
  })

  it.each([
    ["the empty 403 of a permission refused", "user", undefined, 403],
    ["the HTML 403 of a CSRF check", "csrftoken", undefined, 403],
    [
      "an HTML 500",
      "",
      ((_req, res) => void res.status(500).send("<h1>Server Error (500)</h1>")) satisfies RequestHandler,
      500,
    ],
    ["a line that breaks", "", cutLine, 0],
  ])("makes a failure of %s, with words for a person, and lets the file go with the form", async (...row) => {
    const [, cookie, guard, code] = row
    const { page, pick, save, hidden, says, log, saved } = await start(guard && { guard })
    if (cookie) await page.context().clearCookies({ name: cookie })
    await pick("a.txt")
    await says("Upload failed; please try again.")
    expect([await hidden(), await log()]).toEqual([[""], [["failure", code]]])
    await page.context().addCookies([{ name: "csrftoken", value: "a-csrf-token", url: page.url() }])
    await page.locator("[name=title]").fill("by hand")
    await save()
    expect(await saved.take()).toBe(bytesOf("a.txt"))
  })

  it("sends the CSRF header to the page's own origin only (B6)", async () => {
    const other = await serveOriginal({
      page: () => "",
      guard(req, res, next) {
        res.set({ "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" })
        if (req.method === "OPTIONS") res.end()
        else next()
      },
    })
    const { page, pick, token, says, requests } = await start()
    await pick("a.txt")
    await token()
    expect(requests).toEqual([{ method: "POST", csrf: "a-csrf-token" }])
    await page.evaluate((url) => {
      document.forms[0]?.insertAdjacentHTML("afterbegin", `<input type="file" name="far" data-upload-url="${url}">`)
    }, `${other.url}${originalUploadPath}`)
    await pick("b.txt")
    await says("Upload failed; please try again.")
    expect(other.requests.at(-1)).toEqual({ method: "POST", csrf: undefined })
  })

  it("resolves client.upload to the view's token, and rejects with the view's message", async () => {
    const { page } = await start({ script: "" })
    const upload = (text: string) =>
      page.evaluate(
        `client.upload(new File(["${text}"], "a.txt"), "upload/").catch(({ name, message }) => [name, message])`,
      )
    expect(await upload("a")).toMatch(/^[\w-]+:\w+:[\w-]+$/)
    expect(await upload("")).toEqual(["StickyError", "The submitted file is empty."])
  })

  it("takes a file back in the list of files, though the view knows no DELETE (V1)", async () => {
    const { page, pick, save, token, hidden, saved, requests } = await start({
      script: `
        const { showFiles } = await import("sticky-uploads/view")
        client.bind(document, hooks)
        showFiles()`,
    })
    await pick("a.txt")
    await token()
    await page.getByRole("button", { name: "Remove a.txt" }).click()
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("[name=_file]")?.value === "")
    expect(await hidden()).toEqual([""])
    expect(await page.getByText("a.txt").count()).toBe(0)
    await pick("b.txt")
    await token()
    await page.locator("[name=title]").fill("mended")
    await save()
    expect(await saved.take()).toBe(bytesOf("b.txt"))
    expect(requests.filter(({ method }) => method === "POST")).toHaveLength(2)
  })
})
