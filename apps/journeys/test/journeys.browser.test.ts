import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, it } from "vitest"
import { launchChromium } from "../../../packages/sticky-uploads/test/support/chromium.js"
import { chromiumPage } from "../src/drivers/chromium.js"
import { createFiles, type Files } from "../src/files.js"
import { takeJourney } from "../src/journey.js"
import { startSite, variants } from "../src/sites/variants.js"

describe("a journey through the form, in Chromium,", () => {
  let browser: Browser
  let files: Files
  beforeAll(async () => {
    ;[browser, files] = await Promise.all([launchChromium(), createFiles()])
  })
  afterAll(async () => {
    await browser.close()
    await files.remove()
  })

  for (const variant of variants)
    it.concurrent(`ends well over ${variant.name}`, async () => {
      const site = await startSite(variant)
      const driver = await chromiumPage(await browser.newContext({ javaScriptEnabled: variant.hasScript }))
      try {
        await takeJourney({ site, driver, files })
      } finally {
        await driver.close()
        await site.stop()
      }
    })
})
