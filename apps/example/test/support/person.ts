import type { Browser, BrowserContext, Locator, Page } from "playwright-core"
import type { Site } from "./site.js"

/** A file to pick: one of the disk, or one with a name that no disk would keep. */
type Choice = string | { name: string; mimeType: string; buffer: Buffer }

/** Somebody with a browser of their own. */
export interface Person {
  page: Page
  /** Paths of requests with a body, in order. */
  posted: string[]
  fill(title: string, upload: Choice): Promise<void>
  accept(): Promise<void>
  send(): Promise<void>
  summary: Locator
  /** Fails when the page threw, or did what its security policy forbids. */
  leave(): Promise<void>
}

/** Opens the site, with or without JavaScript: there is the login, or the form where the cookies say who it is. */
export async function visit(browser: Browser, site: Site, hasScript: boolean, cookies: Cookies = []): Promise<Person> {
  const context = await browser.newContext({ javaScriptEnabled: hasScript, acceptDownloads: true })
  await context.addCookies(cookies)
  const page = await context.newPage()
  const posted: string[] = []
  const faults: string[] = []
  page.on("pageerror", (error) => faults.push(error.message))
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text())
  })
  page.on("request", (request) => {
    if (request.method() === "POST") posted.push(new URL(request.url()).pathname)
  })
  await page.goto(site.url)

  return {
    page,
    posted,
    summary: page.locator("#summary"),
    async fill(title, upload) {
      await page.getByLabel("Title").fill(title)
      await page.getByLabel("Picture or PDF").setInputFiles(upload)
    },
    accept: () => page.getByLabel("I accept the terms").check(),
    async send() {
      await page.getByRole("button", { name: "Send" }).click()
      // Of a page that this leads to, all is there: who asks how many there are of something waits for nothing.
      await page.waitForLoadState()
    },
    async leave() {
      await context.close()
      if (faults.length > 0) throw new Error(`the page had faults: ${faults.join("; ")}`)
    },
  }
}

type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>
const sessions = new Map<string, Cookies>()

/** Comes to the form logged in: by the login's form, with or without JavaScript, and later by the session that gave. */
export async function arrive(browser: Browser, site: Site, name: string, hasScript: boolean): Promise<Person> {
  const key = [site.url, name, hasScript].join(" ")
  const cookies = sessions.get(key)
  const person = await visit(browser, site, hasScript, cookies)
  const { page, posted } = person
  if (!cookies) {
    await page.getByLabel("Name").fill(name)
    await page.getByLabel("Password").fill(name)
    await page.getByRole("button", { name: "Log in" }).click()
  }
  await page.getByRole("heading", { name: "New upload" }).waitFor()
  // Its script, and the rest of it, may come later than its heading.
  await page.waitForLoadState()
  sessions.set(key, await page.context().cookies())
  posted.length = 0
  return person
}
