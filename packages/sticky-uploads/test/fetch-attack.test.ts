import { attackUploadEndpoint, type Look } from "sticky-uploads/testing"
import { describe, expect, it, vi } from "vitest"
import { temporaryDirectory } from "./support/serve.js"
import { startServerProcess } from "./support/server-process.js"

vi.setConfig({ testTimeout: 120_000 })

describe("attackUploadEndpoint", () => {
  it.each(["Hono", "Fastify"])("finds no case open in our endpoint in %s", async (host) => {
    const server = await startServerProcess("fetch-server", await temporaryDirectory(), host)
    const report = await attackUploadEndpoint({
      url: `http://127.0.0.1:${server.port}/sticky/doc/upload`,
      look: () => server.ask<Look>(),
      ...(process.env.SLOW ? { slowSeconds: 15 } : {}),
    })
    expect(report.open).toEqual([])
    expect(report.untried).toEqual([])
    expect(report.rows.length).toBeGreaterThan(190)
  })
})
