import { startChromium } from "./drivers/chromium.js"
import type { Browser } from "./drivers/driver.js"
import { startFirefox } from "./drivers/firefox.js"
import { startWebKit } from "./drivers/webkit.js"
import { createFiles, type Files } from "./files.js"
import { takeJourney } from "./journey.js"
import { startSite, type Variant, variants, variantsOfNext } from "./sites/variants.js"

const browsers: Readonly<Record<string, () => Promise<Browser>>> = {
  Chromium: () => startChromium(process.env.CHROMIUM as string),
  Firefox: startFirefox,
  WebKitGTK: startWebKit,
}

/**
 * Only Chromium can be told to run no scripts, which the page of Next.js has in it; and WebKitGTK's driver loses its session
 * at the reload of a page that a form has led to.
 */
const canGoWithout = (browser: string, variant: Variant) =>
  browser === "Chromium" || (browser === "Firefox" && !variantsOfNext.includes(variant))

/** Takes one journey, and says how long it took, or that it failed. */
async function travel(browser: Browser, variant: Variant, files: Files): Promise<string> {
  const started = performance.now()
  const site = await startSite(variant)
  const driver = await browser.newPage(variant.hasScript)
  try {
    await takeJourney({ site, driver, files })
    return `${((performance.now() - started) / 1000).toFixed(1)} s`
  } catch (error) {
    process.exitCode = 1
    console.error(error)
    return "FAILED"
  } finally {
    await driver.close()
    await site.stop()
  }
}

const chosen = process.argv.slice(2)
const table: Record<string, Record<string, string>> = {}
const files = await createFiles()
for (const [name, start] of Object.entries(browsers)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const browser = await start()
  for (const variant of [...variants, ...variantsOfNext]) {
    if (!variant.hasScript && !canGoWithout(name, variant)) continue
    const outcome = await travel(browser, variant, files)
    console.log(`${name}, ${variant.name}: ${outcome}`)
    table[variant.name] = { ...table[variant.name], [name]: outcome }
  }
  await browser.close()
}
await files.remove()
console.table(table)
