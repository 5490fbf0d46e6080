import { type AttackRow, attackTable, attackUploadEndpoint, type Look } from "sticky-uploads/testing"
import { describe, expect, it, vi } from "vitest"
import { serveNaively } from "./support/naive-endpoint.js"
import { serve, temporaryDirectory } from "./support/serve.js"
import { startServerProcess } from "./support/server-process.js"

vi.setConfig({ testTimeout: 120_000 })

/** What is said of each case, by its name. */
const verdicts = (rows: readonly AttackRow[]) =>
  Object.fromEntries(rows.map(({ name, verdict, why }) => [name, why ? `${verdict}: ${why}` : verdict]))

describe("attackUploadEndpoint", () => {
  it("finds no case open in our endpoint, slow clients included, nothing left behind, and its memory back", async () => {
    const server = await startServerProcess("attack-server", await temporaryDirectory())
    const report = await attackUploadEndpoint({
      url: `http://127.0.0.1:${server.port}/sticky/doc/upload`,
      look: () => server.ask<Look>(),
      slowSeconds: 15,
    })
    expect(report.open).toEqual([])
    expect(report.untried).toEqual([])
    expect(report.rows.length).toBeGreaterThan(200)
  })

  it("finds in a naive endpoint, a double, what is wrong with it", async () => {
    const naive = await serveNaively(await temporaryDirectory())
    const report = await attackUploadEndpoint({
      url: naive.url,
      look: () => ({ files: naive.files() }),
      revive: naive.revive,
      patienceSeconds: 2,
      maxBytes: 1_000_000,
      only: /a text in 7bit|^a file name: (a NUL|a way up|5000 ch|a line)|without a Content-Type|^HTML|empty body|carriage|preamble|two lengths/,
    })
    expect(verdicts(report.rows)).toEqual({
      "two lengths that differ": "held",
      "an empty body": "failed: answers 500",
      "a text in 7bit": "crashed: a good upload finds nobody",
      "a file without a Content-Type": "lost: does not take it",
      "a file name: a way up": 'open: says its name is "../../evil-file.png"',
      "a file name: a way up in the words of Windows": expect.stringMatching(/^open: /),
      "a file name: a NUL": "hung: no answer",
      "a file name: a NUL in disguise": "open: a file on disk has the name that the client gave",
      "a file name: a line break in disguise": "open: a file on disk has the name that the client gave",
      "a file name: 5000 characters": "open: says a name of 5013 bytes",
      "HTML called .png": "open: says its type is image/png",
      "a preamble without an end": "open: reads 17 MiB of it without a word",
      "8 MiB of carriage returns, and a good upload beside": expect.stringMatching(/^hung: /),
    })
    expect(attackTable(report)).toMatch(
      /^what a file is\n {2}open {4}taken {3}HTML called \.png {2,}says its type is image\/png$/m,
    )
    expect(attackTable(report)).toMatch(/\n\n1 of 13 held$/)
  })

  it("says which cases it could not try, once nobody comes back", async () => {
    const naive = await serveNaively(await temporaryDirectory())
    const { rows, untried } = await attackUploadEndpoint({
      url: naive.url,
      patienceSeconds: 0.3,
      only: /in (7bit|8bit|BASE64)$/,
    })
    expect(rows).toMatchObject([{ name: "a text in 7bit", came: "closed", verdict: "crashed" }])
    expect(untried).toEqual(["a text in 8bit", "a text in BASE64"])
  })

  it.each([
    [{ url: "https://127.0.0.1/upload" }, /url .* is https:/],
    [{ url: "http://127.0.0.1/upload", patienceSeconds: 0 }, /patienceSeconds .* is 0/],
    [{ url: "http://127.0.0.1/upload", maxBytes: Number.NaN }, /maxBytes .* is NaN/],
  ])("says what is wrong with %j", async (options, message) => {
    await expect(attackUploadEndpoint(options)).rejects.toThrow(TypeError)
    await expect(attackUploadEndpoint(options)).rejects.toThrow(message)
  })

  it("attacks nobody who does not take the good file", async () => {
    const server = await serve()
    const options = { url: `${server.url}/sticky/doc/image` }
    await expect(attackUploadEndpoint(options)).rejects.toThrow(/good upload gets 403/)
    expect(server.requests).toHaveLength(1)
  })
})
