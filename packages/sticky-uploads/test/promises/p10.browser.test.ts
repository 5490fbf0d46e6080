import type { Page } from "playwright-core"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { readDocument } from "../support/documents.js"
import { forge, waysToForge } from "../support/forgeries.js"
import { importBlocks } from "../support/import-blocks.js"
import { chromiumPages } from "../support/open-page.js"
import { createQueue } from "../support/queue.js"
import { type PageOptions, servePage } from "../support/serve-page.js"
import { fileInput, form } from "../support/start-form.js"
import { listen, serveOtherOrigin } from "../support/two-origins.js"

const open = chromiumPages()
const load = importBlocks(readDocument("apps/docs/guide/customising-the-server.md"))
const doors = ["/uploads/submission.create/upload", "/submissions"]

interface Refused {
  code: string
  cookie: string | undefined
  site: string | undefined
}

/** Starts an app and logs its person in; the browser then goes to a page of another origin. */
async function visit(host: "127.0.0.1" | "localhost", options: Partial<PageOptions> = {}) {
  const origin = await serveOtherOrigin(host)
  const refused = createQueue<Refused>()
  const app = await servePage({
    page: () => form(fileInput("upload")),
    onRefused({ code }) {
      const { headers } = app.requests.at(-1)?.req ?? {}
      refused.put({ code, cookie: headers?.cookie, site: headers?.["sec-fetch-site"]?.toString() })
    },
    ...options,
  })
  const { page } = await open(app.url)
  await page.goto(origin)
  return { app, refused, origin, page }
}

/** Uploads with our client from whatever page is open, and tells the token or why there is none. */
const uploadFrom = (page: Page, url: string): Promise<string> =>
  page.evaluate(`(async () => {
    const { createStickyClient } = await import("/doors/client")
    const client = createStickyClient({ url: "${url}/sticky", headers: { "x-user": "ann" }, withCredentials: true })
    return client
      .upload(new File(["a letter"], "a.txt"), "letter/scan")
      .catch(({ code, status }) => "refused: " + code + " " + status)
  })()`)

describe("P10: a page of another origin, in a real browser", () => {
  it.each([
    ["of the same site, whose requests carry the cookie", "127.0.0.1", "same-site"],
    ["of another site", "localhost", "cross-site"],
  ] as const)("%s: whatever it tries at the endpoint and the form, nothing is stored", async (_, host, site) => {
    const { app, refused, origin, page } = await visit(host)
    const cookies: (string | undefined)[] = []
    for (const way of waysToForge) {
      for (const door of doors) {
        await page.goto(origin)
        await forge(page, way, app.url + door)
        const { cookie, ...said } = await refused.take()
        cookies.push(cookie)
        expect({ way, door, ...said }).toEqual({ way, door, code: "origin_refused", site: expect.anything() })
        if (!way.includes("sandbox")) expect(said.site).toBe(site)
      }
    }
    if (site === "same-site") expect(cookies).toContain("user=ann")
    expect(refused.size).toBe(0)
    expect([await app.left(), app.received, app.saved.size]).toEqual([[], 0, 0])
  })

  it("may post its form where the option trusts it, and only there", async () => {
    const trusted = await serveOtherOrigin("localhost")
    const { app, refused, page } = await visit("localhost", { authorize: () => true, trustedOrigins: [trusted] })
    await forge(page, "form", app.url + doors[1])
    expect((await refused.take()).code).toBe("origin_refused")
    await page.goto(trusted)
    await forge(page, "form", app.url + doors[1])
    expect(await app.saved.take()).toMatchObject({ title: "forged", files: { upload: "forged" } })
  })

  it("uploads with our client by the guide's example: trusted by the option, answered by a CORS middleware", async () => {
    const [trusted, other] = await Promise.all([serveOtherOrigin("localhost"), serveOtherOrigin("localhost")])
    vi.stubEnv("SHOP", trusted)
    onTestFinished(() => void vi.unstubAllEnvs())
    const { app } = await load("other-origin.ts")
    const url = await listen(app)
    const { page } = await open(trusted)
    expect(await uploadFrom(page, url)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{43}$/)
    await page.goto(other)
    expect(await uploadFrom(page, url)).toBe("refused: upload_aborted 0")
  })
})
