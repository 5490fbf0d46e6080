import { once } from "node:events"
import type { AddressInfo } from "node:net"
import express from "express"
import { describe, expect, it, onTestFinished } from "vitest"
import { serveDoors } from "./support/browser-doors.js"
import { readDocument } from "./support/documents.js"
import { importBlocks } from "./support/import-blocks.js"
import { chromiumPages } from "./support/open-page.js"

const load = importBlocks(readDocument("apps/docs/guide/customising-the-server.md"))
const open = chromiumPages()

/** Opens the example's page, with our client bound to its field. */
async function openLetter() {
  const { app: example } = await load("csrf.ts")
  const app = express()
  serveDoors(app)
  app.use(example)
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  const opened = await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const { page } = opened
  // The example's stand-in for a session.
  await page.setExtraHTTPHeaders({ "x-user": "ann" })
  await page.addScriptTag({
    type: "module",
    content: `import { createStickyClient } from "/doors/client"
              createStickyClient({ url: "/sticky" }).bind(document)
              document.title = "bound"`,
  })
  await page.waitForFunction(() => document.title === "bound")
  return opened
}

describe("the guide's app with a token middleware", () => {
  it("takes the uploads of our client, which sends the cookie's token by itself", async () => {
    const { page, pick, token } = await openLetter()
    await pick("letter.txt")
    expect(await token("_scan")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    await page.locator("input[name=title]").fill("A letter")
    const submitted = page.waitForResponse((response) => new URL(response.url()).pathname === "/letters")
    await page.locator("button").click()
    expect((await submitted).status()).toBe(303)
  })

  it("refuses them once the page has lost the cookie", async () => {
    const { page, pick, hidden } = await openLetter()
    await page.context().clearCookies()
    const answered = page.waitForResponse(/sticky/)
    await pick("letter.txt")
    expect((await answered).status()).toBe(403)
    await page.waitForFunction(`document.querySelector("input[type=file]").stickyUploader.state === "failed"`)
    expect(await hidden("_scan")).toEqual([""])
  })
})
