import { createHash, randomUUID } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"

/** Writes into a directory which parts of our bundles each page of this browser ran, for `npm run coverage`. */
export function recordCoverage(browser: Browser, directory: string): void {
  const open = browser.newPage.bind(browser)
  browser.newPage = async (options) => {
    const page = await open(options)
    const write = await record(page, directory)
    const close = page.close.bind(page)
    page.close = async (options) => {
      await write()
      await close(options)
    }
    return page
  }
}

async function record(page: Page, directory: string): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  const sources = new Map<string, Promise<string>>()
  // Of what a page runs, our bundles alone carry their map.
  session.on("Debugger.scriptParsed", ({ scriptId, sourceMapURL }) => {
    if (!sourceMapURL?.startsWith("data:")) return
    const source = session.send("Debugger.getScriptSource", { scriptId }).then(({ scriptSource }) => scriptSource)
    // Of a page that is gone at once, nothing is known.
    sources.set(
      scriptId,
      source.catch(() => ""),
    )
  })

  async function write(): Promise<void> {
    const { result } = await session.send("Profiler.takePreciseCoverage")
    for (const { scriptId, functions } of result) {
      const source = await sources.get(scriptId)
      if (!source) continue
      const hash = createHash("sha256").update(source).digest("hex")
      writeFileSync(join(directory, `${hash}.js`), source)
      writeFileSync(join(directory, `${hash}.${randomUUID()}.json`), JSON.stringify(functions))
    }
  }

  await session.send("Debugger.enable")
  await session.send("Profiler.enable")
  await session.send("Profiler.startPreciseCoverage", { callCount: true, detailed: true })
  // A page that is left may lose its process, and its counts with it: it stands still until they are written.
  await page.addInitScript({ content: `addEventListener("beforeunload", () => { debugger })` })
  session.on("Debugger.paused", async () => {
    await write()
    await session.send("Debugger.resume")
  })
  return write
}
