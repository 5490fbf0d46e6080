import type { Server } from "node:http"
import { createAdaptorServer } from "@hono/node-server"
import { describe, expect, it, onTestFinished } from "vitest"
import { readDocument } from "./support/documents.js"
import { importBlocks } from "./support/import-blocks.js"
import { multipart, multipartType, png, text, upload } from "./support/multipart.js"

const load = importBlocks(readDocument("apps/docs/guide/fetch.md"))

/** Uploads, looks at the file, and posts the form without its title, as a page without JavaScript does. */
async function walk(url: string): Promise<void> {
  const { sticky } = await load("sticky.ts")
  const headers = { "x-user": "ann", "content-type": multipartType }
  const post = async (path: string, ...parts: Parameters<typeof multipart>) =>
    fetch(`${url}${path}`, { method: "POST", headers, body: multipart(...parts) as Uint8Array<ArrayBuffer> })
  const staged = (await (await post("/sticky/portrait/photo", upload(png(300)))).json()) as { stored: string }
  const { reference } = sticky.preview(staged.stored, { ctx: { user: "ann" } })
  const shown = await fetch(`${url}/previews/${reference}`, { headers: { "x-user": "ann" } })
  expect([shown.status, (await shown.arrayBuffer()).byteLength]).toEqual([200, 300])
  const form = await post("/portraits", text("title", ""), text("_photo", staged.stored))
  expect([form.status, await form.text()]).toEqual([422, expect.stringContaining(staged.stored)])
  const back = { method: "DELETE", headers: { "x-user": "ann", "x-sticky-token": staged.stored } }
  expect((await fetch(`${url}/sticky/portrait/photo`, back)).status).toBe(204)
}

describe("the guide's page on hosts of functions", () => {
  it.each(["hono.ts", "address.ts"])("serves by its %s", async (file) => {
    const { app } = await load(file)
    const server = createAdaptorServer({ fetch: app.fetch }) as Server
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address() as { port: number }
    const url = `http://127.0.0.1:${address.port}`
    if (file === "hono.ts") await walk(url)
    else expect((await fetch(`${url}/sticky/portrait/photo`, { method: "OPTIONS" })).status).toBe(204)
  })

  it("serves by its fastify.ts", async () => {
    const { app } = await load("fastify.ts")
    onTestFinished(() => app.close())
    await walk(await app.listen({ port: 0, host: "127.0.0.1" }))
  })
})
