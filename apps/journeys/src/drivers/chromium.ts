import { type BrowserContext, chromium } from "playwright-core"
import { type Browser, cookieHeader, type Driver } from "./driver.js"
import { lookAtPage } from "./look.js"

/** Opens a page of a Chromium, in a context which ends with it. */
export async function chromiumPage(context: BrowserContext): Promise<Driver> {
  const page = await context.newPage()
  const control = (name: string) => page.getByLabel(name, { exact: true })
  return {
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    fill: (name, text) => control(name).fill(text),
    pick: (name, path) => control(name).setInputFiles(path),
    press: (name) => page.getByRole("button", { name, exact: true }).click(),
    tick: (name) => control(name).check(),
    look: () => page.evaluate(lookAtPage),
    cookies: async () => cookieHeader(await context.cookies()),
    close: () => context.close(),
  }
}

/** Starts the Chromium at this path. */
export async function startChromium(executablePath: string): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] })
  return {
    newPage: async (javaScriptEnabled) => chromiumPage(await browser.newContext({ javaScriptEnabled })),
    close: () => browser.close(),
  }
}
