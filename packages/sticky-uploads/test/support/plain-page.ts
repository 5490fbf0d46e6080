import type { Browser, Page } from "playwright-core"
import { stickyField } from "sticky-uploads/html"
import type { InvalidForm } from "sticky-uploads/server"
import { afterAll, beforeAll, onTestFinished } from "vitest"
import { launchChromium } from "./chromium.js"
import { type FormServed, type FormServeOptions, serveForm } from "./serve-form.js"

/** Where a field of the form uploads to, were there a script. */
export const uploadUrl = (field: string) => `/uploads/submission.create/${field}`

export interface PlainPage {
  page: Page
  server: FormServed
  /** Types a title. */
  title(text: string): Promise<void>
  pick(field: string, name: string, bytes: Buffer): Promise<void>
  /** Ticks the field's box to clear it. */
  clear(field: string): Promise<void>
  /** Presses the button; what the server answers is the next page. */
  send(): Promise<{ status: number; text: string }>
  /** The token in the field's hidden input. */
  token(field: string): Promise<string>
}

interface PlainPageOptions extends FormServeOptions {
  /** Offers a box to clear every field, also one that is required. */
  offersToClearAll?: boolean
}

/** Runs one Chromium with JavaScript off for a test file; each page is a form of a server of its own, written by `stickyField`. */
export function plainPages(): (options?: PlainPageOptions) => Promise<PlainPage> {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  return async ({ offersToClearAll = false, ...options } = {}) => {
    const server = await serveForm({
      ...options,
      routes: (app) => app.get("/", (_req, res) => void res.send(write())),
      invalid: ({ res, form }) => void res.status(422).send(write(form)),
    })

    function field(name: string, required: boolean, form?: InvalidForm): string {
      return stickyField({
        name,
        url: uploadUrl(name),
        required: required && !offersToClearAll,
        limits: server.sticky.limits(`submission.create/${name}`),
        files: form?.files[name] ?? [],
        errors: form?.errors[name] ?? [],
      })
    }

    function write(form?: InvalidForm): string {
      return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Submit</title>
        <form method="post" action="/submissions" enctype="multipart/form-data">
          <label>Title <input name="title"></label> ${form?.errors.title ?? ""}
          <fieldset id="for-upload">${field("upload", true, form)}</fieldset>
          <fieldset id="for-cover">${field("cover", false, form)}</fieldset>
          <button>Send</button>
        </form>`
    }

    const context = await browser.newContext({ javaScriptEnabled: false, extraHTTPHeaders: { "x-user": "ann" } })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(server.url)
    return {
      page,
      server,
      title: (text) => page.getByLabel("Title").fill(text),
      pick: (name, filename, buffer) =>
        page.locator(`input[type=file][name=${name}]`).setInputFiles({ name: filename, mimeType: "", buffer }),
      clear: (name) => page.locator(`input[name=${name}-clear]`).check(),
      async send() {
        const answered = page.waitForResponse((response) => response.request().method() === "POST")
        const shown = page.waitForEvent("load")
        await page.getByRole("button", { name: "Send" }).click()
        const answer = await answered
        await shown
        return { status: answer.status(), text: await answer.text() }
      },
      token: (name) => page.locator(`input[type=hidden][name=_${name}]`).inputValue(),
    }
  }
}
