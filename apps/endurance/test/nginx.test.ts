import { startNginx, uploadLocation } from "@sticky-uploads/services"
import { attackUploadEndpoint, type Look } from "sticky-uploads/testing"
import { describe, expect, it, onTestFinished } from "vitest"
import { temporaryDirectory } from "../../../packages/sticky-uploads/test/support/serve.js"
import { startServerProcess } from "../../../packages/sticky-uploads/test/support/server-process.js"

/** An app in a process of its own, behind an nginx that hands each byte on as it comes. */
async function serveBehindNginx() {
  const server = await startServerProcess("attack-server", await temporaryDirectory())
  const nginx = await startNginx({ server: uploadLocation(`127.0.0.1:${server.port}`) })
  onTestFinished(() => nginx.stop())
  return { url: `http://127.0.0.1:${nginx.port}/sticky/doc/upload`, look: () => server.ask<Look>() }
}

describe("P7 behind nginx", () => {
  it("no case of the hostile corpus is open, nothing is left behind, and memory comes back", {
    timeout: 120_000,
  }, async () => {
    const { open, untried, rows } = await attackUploadEndpoint(await serveBehindNginx())
    expect(open).toEqual([])
    expect(untried).toEqual([])
    expect(rows.length).toBeGreaterThan(200)
  })

  it("a body that is refused in its middle is refused in words, however fast it is sent: nginx made a 502 of it", {
    timeout: 60_000,
  }, async () => {
    const { url } = await serveBehindNginx()
    for (let turn = 0; turn < 5; turn += 1) {
      const { rows } = await attackUploadEndpoint({ url, only: /^a part's headers? without an end$/ })
      expect(rows.map(({ came }) => came)).toEqual([413, 413])
    }
  })
})
