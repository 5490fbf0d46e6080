import type { Browser, Page } from "playwright-core"
import ts from "typescript"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launchChromium } from "./support/chromium.js"
import { codeBlocks } from "./support/code-blocks.js"
import { readDocument } from "./support/documents.js"

describe("the guide's drop zone, run as it stands", () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  async function open(input: string): Promise<Page> {
    const { path, text } = readDocument("apps/docs/guide/customising-the-client.md")
    const { code } = codeBlocks(path, text).find(({ file }) => file === "drop.ts")!
    const target = ts.ScriptTarget.ES2022
    const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.ESNext, target } })
    const page = await browser.newPage()
    await page.setContent(`<div id="zone">${input}</div><script type="module">
      ${outputText}
      const input = document.querySelector("input")
      input.onchange = () => { document.title = [...input.files].map(({ name }) => name).join() }
      dropOn(document.querySelector("#zone"), input)
    </script>`)
    return page
  }

  const give = (page: Page, type: "drop" | "paste") =>
    page.evaluate((type) => {
      const data = new DataTransfer()
      for (const name of ["a.txt", "b.txt"]) data.items.add(new File(["hello"], name))
      const options = { bubbles: true, cancelable: true }
      const event =
        type === "drop"
          ? new DragEvent("drop", { ...options, dataTransfer: data })
          : new ClipboardEvent("paste", { ...options, clipboardData: data })
      document.querySelector("#zone")?.dispatchEvent(event)
    }, type)

  it.each(["drop", "paste"] as const)(
    "fills the native input by a %s, as if its files had been picked",
    async (type) => {
      const page = await open(`<input type="file" multiple>`)
      await give(page, type)
      expect(await page.title()).toBe("a.txt,b.txt")
    },
  )

  it("gives an input for one file the first", async () => {
    const page = await open(`<input type="file">`)
    await give(page, "drop")
    expect(await page.title()).toBe("a.txt")
  })
})
