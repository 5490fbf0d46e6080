import * as services from "@sticky-uploads/services"
import { connect, type ElementHandle } from "puppeteer-core"
import { type Browser, cookieHeader, type Driver } from "./driver.js"
import { lookAtPage } from "./look.js"

/** Starts a Firefox, which is driven over WebDriver BiDi. */
export async function startFirefox(): Promise<Browser> {
  const firefox = await services.startFirefox()
  const browser = await connect({ browserWSEndpoint: firefox.endpoint, protocol: "webDriverBiDi" })

  async function newPage(): Promise<Driver> {
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    const find = (name: string, role = "") => page.locator(`::-p-aria([name="${name}"]${role})`)
    return {
      open: async (url) => void (await page.goto(url)),
      reload: async () => void (await page.reload()),
      fill: (name, text) => find(name, '[role="textbox"]').fill(text),
      async pick(name, path) {
        // To the name of a file input Firefox adds what it says in its button: it is found by its label.
        const label = (await find(name).waitHandle()) as ElementHandle<HTMLLabelElement>
        const input = await label.evaluateHandle(({ control }) => control as HTMLInputElement)
        await input.uploadFile(path)
      },
      press: (name) => find(name, '[role="button"]').click(),
      tick: (name) => find(name, '[role="checkbox"]').click(),
      look: () => page.evaluate(lookAtPage),
      cookies: async () => cookieHeader(await context.cookies()),
      close: () => context.close(),
    }
  }

  return {
    newPage,
    async close() {
      await browser.disconnect()
      await firefox.stop()
    },
  }
}
