import { describe, expect, it } from "vitest"
import { chromiumPages } from "../../sticky-uploads/test/support/open-page.js"
import type { ManyWorld } from "./pages/many.js"
import { reactPages, type StartedReact } from "./support/start-react.js"

declare const window: Window & ManyWorld

const open = chromiumPages()
const lines = ({ page }: StartedReact) =>
  page.locator("li").evaluateAll((all) => all.map((line) => line.firstChild?.textContent))
const press = ({ page }: StartedReact, name: string, of: string) =>
  page.locator("li", { hasText: of }).getByRole("button", { name }).click()
/** Resolves once the client has the input, and all its files are up. */
const ready = ({ page }: StartedReact) =>
  page.waitForFunction(() => window.uploads?.state === "ready" && !window.uploads.hiddenProps.length)
const defaultFiles = ["one", "two"].map((name) => ({ token: `${name}.b.c`, name: `${name}.txt`, size: 3 }))

describe.each([18, 19] as const)("useStickyUploads with React %i", (version) => {
  const start = reactPages(version, open)

  it("shows each file, takes some out, and sends the others in the order that they are put in", async () => {
    const opened = await start("many")
    await opened.pick("a.txt", "b.txt", "c.txt")
    await ready(opened)
    await press(opened, "Up", "c.txt")
    await press(opened, "Remove", "a.txt")
    expect(await lines(opened)).toEqual(["c.txt", "b.txt"])
    expect(await opened.page.evaluate(() => window.uploads.value)).toEqual(await opened.hidden("_attachments"))
    await opened.save()
    expect((await opened.app.saved.take()).files).toEqual({ attachments: ["bytes of c.txt", "bytes of b.txt"] })
    expect(opened.app.received).toBe(3)
  })

  it("takes over the files that the page came with, among which others are picked", async () => {
    const opened = await start("many", { isRendered: true, props: { defaultFiles } })
    await ready(opened)
    expect([await lines(opened), await opened.hidden("_attachments")]).toEqual([
      ["one.txt", "two.txt"],
      ["one.b.c", "two.b.c"],
    ])
    await opened.pick("a.txt")
    await opened.page.waitForFunction(() => window.uploads.files.length === 3)
    await ready(opened)
    await press(opened, "Remove", "one.txt")
    expect(await lines(opened)).toEqual(["two.txt", "a.txt"])
    expect((await opened.hidden("_attachments"))[0]).toBe("two.b.c")
    await opened.page.evaluate(() => window.uploads.reset())
    expect(await lines(opened)).toEqual(["one.txt", "two.txt"])
  })
})
