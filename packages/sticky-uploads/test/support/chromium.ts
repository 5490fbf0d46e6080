import { type Browser, chromium, type LaunchOptions } from "playwright-core"
import { findChromium, findHeadlessShell } from "../../../../scripts/chromium.mjs"
import { recordCoverage } from "./browser-coverage.js"

const coverage = process.env.BROWSER_COVERAGE

/** What a test launches with that goes back to a page as it was left, as people's browsers do. */
export const keepingPages: LaunchOptions = { ignoreDefaultArgs: ["--disable-back-forward-cache"] }

/** Starts the browser of this machine, quiet on the network but for the pages a test opens. The test closes it. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  // The shell keeps no pages.
  const executablePath = (options === keepingPages ? undefined : findHeadlessShell()) ?? findChromium()
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
