import { type Browser, chromium, type LaunchOptions } from "playwright-core"
import { findChromium } from "../../../../scripts/chromium.mjs"
import { recordCoverage } from "./browser-coverage.js"

const coverage = process.env.BROWSER_COVERAGE

/** Starts the browser of this machine, quiet on the network but for the pages a test opens. The test closes it. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error("No Chromium found: run `npm test` once, or set CHROMIUM to the path of one.")
  const browser = await chromium.launch({
    ...options,
    executablePath,
    args: [
      "--no-sandbox",
      // There is none, and Debian's settings would have the processor stand in for it: half as long again.
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  })
  if (coverage) recordCoverage(browser, coverage)
  return browser
}
