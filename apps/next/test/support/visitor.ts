import type { Browser, Locator, Page } from "playwright-core"
import { expect, onTestFinished } from "vitest"
import type { NextSite } from "./next-site.js"

export interface Picked {
  name: string
  mimeType: string
  buffer: Buffer
}

/** Somebody with a browser of their own, at the form. */
export interface Visitor {
  page: Page
  hasScript: boolean
  /** Paths of requests with a body, in order. */
  posted: string[]
  title: Locator
  /** The parts of a file field: the label, the input, what it holds, what is said of it. */
  field(id: "upload" | "attachments"): Locator
  /** Picks files, and waits until they are up where a script does that. */
  pick(id: "upload" | "attachments", ...files: Picked[]): Promise<void>
  accept(): Promise<void>
  send(): Promise<void>
}

/**
 * Opens the form, where JavaScript is on, off, or on without the app's own scripts, as axe needs it. At the end of the test
 * nothing may have gone wrong in the page.
 */
export async function visit(browser: Browser, site: NextSite, script: "on" | "off" | "blocked"): Promise<Visitor> {
  const hasScript = script === "on"
  const context = await browser.newContext({ javaScriptEnabled: script !== "off" })
  const page = await context.newPage()
  if (script === "blocked") await page.route(/\.js$/, (route) => route.abort())
  const posted: string[] = []
  const faults: string[] = []
  page.on("pageerror", ({ message }) => faults.push(message))
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text())
  })
  page.on("request", (request) => {
    if (request.method() === "POST") posted.push(decodeURIComponent(new URL(request.url()).pathname))
  })
  onTestFinished(async () => {
    await context.close()
    expect(faults, "faults of the page").toEqual([])
  })
  await page.goto(site.url)
  const field = (id: string) => page.locator(".sticky-field", { has: page.locator(`#${id}`) })
  // What React has hydrated has the client at its input.
  if (hasScript) await page.waitForFunction(() => "stickyUploader" in (document.querySelector("#attachments") ?? {}))
  return {
    page,
    hasScript,
    posted,
    title: page.getByLabel("Title"),
    field,
    async pick(id, ...files) {
      await page.locator(`#${id}`).setInputFiles(files)
      if (!hasScript) return
      for (const { name } of files) await field(id).locator("[data-state=ready]", { hasText: name }).waitFor()
    },
    accept: () => page.getByLabel("I accept the terms").check(),
    send: () => page.getByRole("button", { name: "Send" }).click(),
  }
}
