import * as services from "@sticky-uploads/services"
import { Builder, type WebElement } from "selenium-webdriver"
import { type Browser, cookieHeader, type Driver } from "./driver.js"
import { lookAtPage } from "./look.js"

const patienceMs = 20_000

/** Starts the driver of WebKitGTK: each page is a browser of its own. */
export async function startWebKit(): Promise<Browser> {
  const webkit = await services.startWebKit()

  async function newPage(): Promise<Driver> {
    const browser = await new Builder()
      .usingServer(webkit.endpoint)
      .withCapabilities({ browserName: "MiniBrowser" })
      .build()

    async function named(name: string): Promise<WebElement | undefined> {
      for (const element of await browser.findElements({ css: "input:not([type=hidden]), button" })) {
        // Of a page that gives way to the next one there is nothing to be had.
        if ((await element.getAccessibleName().catch(() => "")) === name) return element
      }
      return undefined
    }
    const find = (name: string) => browser.wait(() => named(name), patienceMs) as Promise<WebElement>
    return {
      open: (url) => browser.get(url),
      reload: () => browser.executeScript("location.reload()"),
      async fill(name, text) {
        const field = await find(name)
        await field.clear()
        await field.sendKeys(text)
      },
      pick: async (name, path) => (await find(name)).sendKeys(path),
      press: async (name) => (await find(name)).click(),
      tick: async (name) => (await find(name)).click(),
      async look() {
        // Its driver may lose a page of which something is asked while it loads.
        await browser.wait(() => browser.executeScript("return document.readyState === 'complete'"), patienceMs)
        return browser.executeScript(lookAtPage)
      },
      cookies: async () => cookieHeader(await browser.manage().getCookies()),
      close: () => browser.quit(),
    }
  }

  return { newPage, close: webkit.stop }
}
