import { describe, expect, it } from "vitest"
import { chromiumPages } from "../../sticky-uploads/test/support/open-page.js"
import { reactPages } from "./support/start-react.js"

const open = chromiumPages()

describe("a form with an action, which React 19 resets", () => {
  const start = reactPages(19, open)

  it("keeps the file when the action comes back with what was wrong, and lets it go when it was fine", async () => {
    const { app, page, pick, token, hidden, save } = await start("action")
    await pick("a.txt")
    const kept = await token()
    await save()
    await page.locator("#title-error", { hasText: "Give it a title." }).waitFor()
    await page.locator(".sticky-current", { hasText: "Currently: a.txt" }).waitFor()
    expect(await hidden()).toEqual([kept])
    expect(await page.locator("input[type=file]").evaluate((input: HTMLInputElement) => input.value)).toBe("")

    await page.getByLabel("Title").fill("a title")
    await save()
    expect((await app.saved.take()).files).toEqual({ upload: "bytes of a.txt" })
    await page.locator(".sticky-current").waitFor({ state: "detached" })
    expect([await hidden(), app.received]).toEqual([[""], 1])
  })

  it("outlives that a reset writes each output anew, as Firefox and WebKit do", async () => {
    const { page, pick, token, save } = await start("action")
    await pick("a.txt")
    await token()
    await page.locator("form").evaluate((form) => {
      for (const output of form.querySelectorAll("output")) output.replaceChildren(`${output.textContent}`)
    })
    await save()
    await page.locator(".sticky-current", { hasText: "Currently: a.txt" }).waitFor()
  })

  it("lets what is picked while the action runs go with the reset, as the browser does", async () => {
    const { page, pick, token, save, hidden } = await start("action")
    await pick("a.txt")
    const kept = await token()
    await page.route("**/submissions", async (route) => {
      await pick("b.txt")
      await token("_upload", kept)
      await route.continue()
    })
    await save()
    await page.locator(".sticky-current", { hasText: "Currently: a.txt" }).waitFor()
    expect(await hidden()).toEqual([kept])
  })
})
