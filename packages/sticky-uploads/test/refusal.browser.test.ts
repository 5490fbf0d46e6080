import type { Browser, Page } from "playwright-core"
import * as z from "sticky-uploads/zod"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createParts, serve } from "./support/app.js"
import { launchChromium } from "./support/chromium.js"

const parts = createParts()
const input = z.object({ photo: z.stickyFile({ maxBytes: 1_000_000, accept: ["image/*"] }) })
const appRouter = parts.router({ add: parts.procedure.input(input).mutation(() => "added") })

let server: Awaited<ReturnType<typeof serve>>
let browser: Browser
let page: Page

beforeAll(async () => {
  server = await serve(parts.sticky, appRouter)
  server.app.get("/", (_req, res) => void res.send("<!doctype html><title>Test</title>"))
  browser = await launchChromium()
  page = await browser.newPage()
  await page.goto(server.url)
  // Made once: Chromium keeps what a page made in memory, and two dozen of them would be more than it allows itself.
  await page.evaluate(() => {
    window.big = new Blob([new Uint8Array(100_000_000)])
  })
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
  parts.remove()
})

declare const window: Window & { big: Blob }

/** Posts so many bytes as a page's own script would, and tells what it got to read. */
const post = (bytes: number, target = "add/photo", user = "ann") =>
  page.evaluate(
    ([size, path, name]) =>
      new Promise<{ status: number; code: string | undefined; body: string }>((resolve) => {
        const form = new FormData()
        form.append("upload", new File([window.big.slice(0, size)], "big.bin"))
        const xhr = new XMLHttpRequest()
        xhr.onloadend = () => {
          const body = xhr.responseText
          resolve({ status: xhr.status, code: body ? JSON.parse(body).code : undefined, body })
        }
        xhr.open("POST", `/sticky/${path}`)
        xhr.setRequestHeader("x-user", name)
        xhr.send(form)
      }),
    [bytes, target, user] as const,
  )

describe("P4 refusals reach a real browser that is still sending", () => {
  it.each([
    ["is too large as a whole", () => post(100_000_000), 413, "body_too_large"],
    ["goes to no field", () => post(100_000_000, "add/nothing"), 404, "target_unknown"],
    ["comes from someone who may not", () => post(100_000_000, "add/photo", ""), 403, "upload_forbidden"],
    ["is of a type that its field refuses", () => post(900_000), 200, "file_type_refused"],
  ] as const)("when the upload %s", async (_, send, status, code) => {
    for (let time = 1; time <= 5; time += 1) expect(await send()).toMatchObject({ status, code })
    expect(parts.staged()).toEqual([])
  })
})
