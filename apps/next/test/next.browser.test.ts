import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Locator } from "playwright-core"
import { attackUploadEndpoint } from "sticky-uploads/testing"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { launchChromium } from "../../../packages/sticky-uploads/test/support/chromium.js"
import { faultsOf } from "../../../packages/sticky-uploads/test/support/faults.js"
import { png } from "../../../packages/sticky-uploads/test/support/multipart.js"
import { appDirectory, buildApp, type NextSite, startSite } from "./support/next-site.js"
import { type Picked, visit } from "./support/visitor.js"

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

const portrait: Picked = { name: "portrait.png", mimeType: "image/png", buffer: png(70_000) }
const notes: Picked = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("some notes") }
const plan: Picked = { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("a plan") }
const fake: Picked = { ...portrait, name: "fake.png", buffer: Buffer.from("I am no picture.\n".repeat(100)) }

const target = "/sticky/submission.create/upload"

let site: NextSite
let browser: Browser

beforeAll(async () => {
  await buildApp()
  site = await startSite()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

describe.each(["on", "off"] as const)("the form with JavaScript %s", (script) => {
  const hasScript = script === "on"

  it("loses nothing when it fails, and then saves the very same bytes", async () => {
    const { page, title, field, pick, accept, send, posted } = await visit(browser, site, script)
    await title.fill("A portrait")
    await pick("upload", portrait)
    await pick("attachments", notes, plan)
    await send()
    await page.getByText("Please tick this box.").waitFor()
    expect(await title.inputValue()).toBe("A portrait")
    expect(await field("upload").innerText()).toContain("portrait.png")
    expect(await field("attachments").innerText()).toMatch(/notes\.txt.*plan\.txt/s)
    // The bytes came once; a script's form has only the tokens.
    expect(posted).toEqual(
      hasScript
        ? [target, "/sticky/submission.create/attachments.*", "/sticky/submission.create/attachments.*", "/"]
        : ["/"],
    )

    if (hasScript) {
      await page.getByRole("button", { name: "Remove notes.txt" }).press("Enter")
      expect(await page.locator("#attachments").evaluate((input) => input === document.activeElement)).toBe(true)
    } else await page.getByLabel("Keep notes.txt").uncheck()
    await title.fill("A portrait and a plan")
    await accept()
    await send()
    await page.getByText("Your upload was saved.").waitFor()
    expect(posted.at(-1)).toBe("/")
    expect(await title.inputValue()).toBe("")
    await expect.poll(() => field("upload").innerText()).not.toContain("portrait.png")

    const saved = page
      .getByRole("article")
      .filter({ has: page.getByRole("heading", { name: "A portrait and a plan" }) })
    expect(await saved.getByRole("link").allInnerTexts()).toEqual(["portrait.png", "plan.txt"])
    const bytes = async (name: string) => {
      const href = await saved.getByRole("link", { name }).getAttribute("href")
      const answer = await page.request.get(site.url + href)
      expect(answer.headers()).toMatchObject({
        "content-disposition": expect.stringContaining(`attachment; filename="${name}"`),
        "content-security-policy": "sandbox",
        "x-content-type-options": "nosniff",
      })
      return answer.body()
    }
    expect((await bytes("portrait.png")).equals(portrait.buffer)).toBe(true)
    expect((await bytes("plan.txt")).equals(plan.buffer)).toBe(true)
  })

  it("says at the field why a file is refused, and goes on with another", async () => {
    const { page, title, field, pick, accept, send } = await visit(browser, site, script)
    await title.fill("No picture")
    await page.locator("#upload").setInputFiles(fake)
    await accept()
    if (!hasScript) await send()
    await field("upload").getByText("File is of type text/plain").waitFor()
    expect(await page.locator("#upload").getAttribute("aria-invalid")).toBe("true")
    expect(await title.inputValue()).toBe("No picture")
    await pick("upload", portrait)
    await accept()
    await send()
    await page.getByRole("link", { name: "portrait.png" }).waitFor()
  })

  it("is sound to axe, light and dark: fresh, failed, with a file refused, and saved", async () => {
    const { page, title, field, pick, accept, send } = await visit(browser, site, hasScript ? "on" : "blocked")
    expect(await faultsOf(page)).toEqual([])
    await page.locator("#upload").setInputFiles(fake)
    if (!hasScript) await send()
    await field("upload").getByText("File is of type").waitFor()
    expect(await faultsOf(page)).toEqual([])
    await pick("upload", portrait)
    await pick("attachments", notes)
    await send()
    await page.getByText("Give it a title.").waitFor()
    expect(await faultsOf(page)).toEqual([])
    await title.fill("Sound")
    await accept()
    await send()
    await page.getByText("Your upload was saved.").waitFor()
    // It comes after the text.
    await page.waitForFunction(() => document.title !== "")
    expect(await faultsOf(page)).toEqual([])
  })
})

describe("the form by keyboard", () => {
  it("tries again what failed, sends attachments in the order they are put in, and never loses the focus", async () => {
    const { page, title, field, pick, accept } = await visit(browser, site, "on")
    const isFocused = (target: Locator) => target.and(page.locator(":focus")).waitFor()
    const press = (name: string) => page.getByRole("button", { name, exact: true }).press("Enter")
    await page.route("**/sticky/**", (route) => route.fulfill({ status: 400 }))
    await page.locator("#attachments").setInputFiles([notes, plan])
    await field("attachments").locator("[data-state=failed]").nth(1).waitFor()
    await page.unroute("**/sticky/**")
    for (const { name } of [notes, plan]) {
      await press(`Try again ${name}`)
      await field("attachments").locator("[data-state=ready]", { hasText: name }).waitFor()
      await isFocused(page.locator("#attachments"))
    }
    await press("Move up plan.txt")
    await page.getByText("plan.txt is now 1 of 2.").waitFor()
    await isFocused(page.getByRole("button", { name: "Move up plan.txt" }))
    expect(await faultsOf(page)).toEqual([])
    await pick("upload", portrait)
    await title.fill("In order")
    await accept()
    await press("Send")
    await isFocused(page.getByRole("status").filter({ hasText: "Your upload was saved." }))
    const saved = page.getByRole("article").filter({ hasText: "In order" })
    expect(await saved.getByRole("link").allInnerTexts()).toEqual(["portrait.png", "plan.txt", "notes.txt"])
  })
})

describe("a form without JavaScript that is larger than Next takes", () => {
  it("is answered with a page that says so", async () => {
    const { page, pick, send } = await visit(browser, site, "blocked")
    await pick("attachments", { ...notes, buffer: Buffer.alloc(11_000_000, "x") })
    await pick("upload", portrait)
    await send()
    await page.getByRole("heading", { name: "Your files are too large to be sent at once" }).waitFor()
    expect(await faultsOf(page)).toEqual([])
  })
})

const ofVisitor = (visitor: string) => ({ cookie: `visitor=${visitor}` })

const upload = (bytes: Buffer, headers: Record<string, string>, to = target) => {
  const body = new FormData()
  body.append("upload", new File([new Uint8Array(bytes)], "portrait.png", { type: "image/png" }))
  return fetch(site.url + to, { method: "POST", body, headers })
}

const create = (visitor: string, token: unknown) =>
  fetch(`${site.url}/trpc/submission.create`, {
    method: "POST",
    headers: { ...ofVisitor(visitor), "Content-Type": "application/json" },
    body: JSON.stringify({ title: "By tRPC", upload: token, accept: "on" }),
  })

describe("the route handlers", () => {
  it("take a token from the visitor to whom it was given, once, and from nobody else", async () => {
    const { stored } = (await (await upload(portrait.buffer, ofVisitor("ann"))).json()) as { stored: string }
    const others = await create("bob", stored)
    expect([others.status, await others.text()]).toEqual([400, expect.stringContaining("token_wrong_subject")])
    expect((await create("ann", stored)).status).toBe(200)
    const again = await create("ann", stored)
    expect([again.status, await again.text()]).toEqual([400, expect.stringContaining("token_")])
  })

  it("show a saved file to nobody else", async () => {
    const { stored } = (await (await upload(portrait.buffer, ofVisitor("ann"))).json()) as { stored: string }
    const { result } = (await (await create("ann", stored)).json()) as { result: { data: string } }
    const get = async (visitor: string) =>
      (await fetch(`${site.url}/uploads/${result.data}/0`, { headers: ofVisitor(visitor) })).status
    expect(await Promise.all(["ann", "bob"].map(get))).toEqual([200, 404])
  })

  it("refuse an upload from another site, and from nobody", async () => {
    const status = async (headers: Record<string, string>) => (await upload(portrait.buffer, headers)).status
    expect(await status({ ...ofVisitor("ann"), origin: site.url })).toBe(200)
    expect(await status({ ...ofVisitor("ann"), origin: "http://evil.example" })).toBe(403)
    expect(await status({ ...ofVisitor("ann"), "sec-fetch-site": "cross-site" })).toBe(403)
    expect(await status({})).toBe(403)
  })

  it("take a file that is larger than what Next keeps of a body", async () => {
    const bytes = Buffer.alloc(11_500_000, "x")
    const answer = await upload(bytes, ofVisitor("ann"), "/sticky/submission.create/attachments.*")
    expect(await answer.json()).toMatchObject({ is_valid: true, size: bytes.length })
  })

  // Slow clients are left out: next start has no option for Node's timeouts of 60 and 300 s.
  it("hold against the hostile corpus", async () => {
    const staged = join(site.dataDir, "staged")
    const rssBytes = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${site.pid}/status`, "utf8"))?.[1]) * 1024
    const report = await attackUploadEndpoint({
      url: site.url + target,
      headers: ofVisitor("mallory"),
      maxBytes: 5_000_000,
      look: () => ({ files: readdirSync(staged), rssBytes: rssBytes(), process: site.pid }),
    })
    expect(report.open).toEqual([])
    expect(report.untried).toEqual([])
    expect(report.rows.length).toBeGreaterThan(200)
  })
})

describe("what the browser loads", () => {
  it("has neither the server's code nor Zod", () => {
    const folder = join(appDirectory, ".next/static")
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"))
    const scripts = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n")
    expect(scripts).toContain("data-max-bytes")
    for (const word of ["formidable", "STICKY_SECRET", "createHmac", "submissions.jsonl", "safeParse", "ZodError"])
      expect(scripts).not.toContain(word)
  })
})
