import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launchChromium } from "../../sticky-uploads/test/support/chromium.js"
import { readDocument } from "../../sticky-uploads/test/support/documents.js"
import { png } from "../../sticky-uploads/test/support/multipart.js"
import { fillIn } from "./support/fill-in.js"
import { guideSteps } from "./support/guide-steps.js"
import { pack } from "./support/pack.js"
import { run } from "./support/run.js"
import { followGuide, type Started } from "./support/stranger.js"

// What takes longest is left to `npm run strangers`.
const takesAll = process.env.STRANGERS === "all"
const sections = ["Express", "Express, by hand", ...(takesAll ? ["Next.js"] : [])]
const own = ["sticky-uploads", "create-sticky-uploads", ...(takesAll ? ["@sticky-uploads/react"] : [])]

/** What npm may take on a machine that does much else. */
const maxMs = 300_000

const { text: guide } = readDocument("apps/docs/guide/starting.md")

let folder: string
let tarballs: Map<string, string>
let browser: Browser

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sticky-stranger-"))
  tarballs = await pack(folder, ...own)
  browser = await launchChromium()
}, maxMs)
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
}, maxMs)

describe.each(sections)("a stranger with an empty folder and the guide's section %s", (heading) => {
  const steps = guideSteps(guide, heading)
  let app: Started
  beforeAll(async () => {
    app = await followGuide(steps, mkdtempSync(join(folder, "empty-")), tarballs)
    // Next.js compiles a page when it is asked for.
    await fetch(app.url)
  }, maxMs)
  afterAll(() => app?.stop())

  it("has an app in under ten commands and edits", () => expect(steps.length).toBeLessThan(10))

  it.each([
    ["with JavaScript", true],
    ["with JavaScript off", false],
  ])("keeps the file of a form that failed, %s", async (title, javaScriptEnabled) => {
    const uploads = join(app.directory, "uploads")
    const stored = () => (existsSync(uploads) ? readdirSync(uploads) : [])
    const before = new Set(stored())
    const page = await fillIn(browser, app.url, { title, javaScriptEnabled })
    await page.close()
    const fresh = stored().filter((key) => !before.has(key))
    expect(fresh.map((key) => readFileSync(join(uploads, key)).equals(png(4000)))).toEqual([true])
  })

  // From the sources, the compiler of this repository has looked at all of them.
  if (takesAll && !heading.endsWith("by hand"))
    it("type-checks", async () => void (await run("npm", ["run", "check"], app.directory)))
})
