import type { Browser, LaunchOptions, Locator, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, expect, onTestFinished } from "vitest"
import { launchChromium } from "./chromium.js"

export interface OpenPage {
  page: Page
  /** The page's first file input. */
  picker: Locator
  /** Picks files of these names; what is in them tells which is which, see `bytesOf`. */
  pick(...names: string[]): Promise<void>
  /** Picks `big.txt`, which takes its time: an upload that is held lets only its first bytes on the way. */
  pickBig(): Promise<void>
  /** Presses the button; of a page that this leads to at once, all is there, its scripts too. */
  save(): Promise<void>
  /** The values of the hidden fields of this name. */
  hidden(name?: string): Promise<string[]>
  /** Resolves to the token in the hidden field, once there is one, other than the one that is known. */
  token(name?: string, known?: string): Promise<string>
  /** Resolves once the page's status line says this. */
  says(text: string | RegExp): Promise<void>
  status(): Promise<string | null>
  /** What the page's script put into `window.log`. */
  log(): Promise<unknown[]>
}

/** What is in a picked file. */
export const bytesOf = (name: string) => `bytes of ${name}`

/** A file as Playwright picks it. */
export const picked = (name: string, text: string | Buffer = bytesOf(name), mimeType = "text/plain") => ({
  name,
  mimeType,
  buffer: Buffer.from(text),
})

/** Runs one Chromium for a test file; a page is closed with its test, in which nothing may have thrown. */
export function chromiumPages(options?: LaunchOptions): (url: string) => Promise<OpenPage> {
  let browser: Browser
  let errors: string[] = []
  beforeAll(async () => {
    browser = await launchChromium(options)
  })
  afterAll(() => browser?.close())
  afterEach(() => {
    expect(errors.splice(0), "errors of the page").toEqual([])
  })

  return async (url) => {
    const page = await browser.newPage()
    errors = []
    page.on("pageerror", (error) => errors.push(String(error)))
    onTestFinished(() => page.close())
    await page.goto(url)
    const picker = page.locator("input[type=file]").first()
    const fields = (name: string) => page.locator(`input[type=hidden][name="${name}"]`)
    const output = page.locator("output").first()
    return {
      page,
      picker,
      pick: (...names) => picker.setInputFiles(names.map((name) => picked(name))),
      pickBig: () =>
        picker.evaluate((input: HTMLInputElement) => {
          const choice = new DataTransfer()
          choice.items.add(new File(["x".repeat(30_000_000)], "big.txt"))
          input.files = choice.files
          input.dispatchEvent(new Event("change"))
        }),
      async save() {
        await page.locator("button[value=save]").click()
        await page.waitForLoadState()
      },
      hidden: (name = "_upload") =>
        fields(name).evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value)),
      async token(name = "_upload", known = "") {
        const filled = fields(name).and(page.locator(`:not([value=""], [value="${known}"])`))
        await filled.waitFor({ state: "attached" })
        return filled.inputValue()
      },
      async says(text) {
        await output.filter({ hasText: text }).waitFor()
      },
      status: () => output.textContent(),
      log: () => page.evaluate("log"),
    }
  }
}
