import { type FaultProxy, type Faults, startFaultProxy } from "@sticky-uploads/services"
import type { RequestHandler } from "express"
import type { Page } from "playwright-core"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { cutLine } from "./support/cut-line.js"
import { bytesOf, chromiumPages } from "./support/open-page.js"
import { servePage } from "./support/serve-page.js"
import { setOffline } from "./support/set-offline.js"
import { fileInput, form, startForm } from "./support/start-form.js"

const open = chromiumPages()
const start = startForm(open)

const script = (options = "{}") => `
  import { createStickyClient } from "sticky-uploads/client"
  import { retries, showFiles } from "sticky-uploads/view"
  showFiles()
  window.log = []
  window.client = createStickyClient({ url: "/uploads", submit: "wait", retry: retries(${options}) })
  client.bind(document, {
    retry(retrying, uploader, file) { log.push([uploader.state, retrying.attempt, retrying.seconds, file.name]) },
    success(answer) { log.push(["success", answer.is_valid]) },
    failure(failure) { log.push(["failure", failure.status]) },
  })`

/** Lets each of these answer one upload, and the endpoint those after. */
const insteadOf = (...answers: RequestHandler[]): RequestHandler => {
  return (req, res, next) => {
    const answer = answers.shift()
    if (answer) answer(req, res, next)
    else next()
  }
}

/** Lets a page's seconds pass when the test says so. */
async function stopClock({ clock }: Page): Promise<void> {
  await clock.install()
  await clock.pauseAt(Date.now() + 60_000)
}

describe("retries", () => {
  it("send again what a broken line lost, say so, and let a submit wait for it", async () => {
    const { app, page, picker, pick, save, says, log } = await start({ script: script(), guard: insteadOf(cutLine) })
    await stopClock(page)
    await pick("a.txt")
    await says("Upload interrupted; trying again in 2 seconds.")
    expect(await page.locator(".sticky-message").textContent()).toBe("Upload interrupted; trying again in 2 seconds.")
    await save()
    expect(await picker.getAttribute("aria-invalid")).toBe("false")
    expect(await log()).toEqual([["uploading", 1, 2, "a.txt"]])
    await page.clock.runFor(2000)
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("a.txt") } })
    await page.waitForURL("**/thanks")
    expect(app.received).toBe(1)
  })

  it("wait where there is no network, and go on when there is one", async () => {
    const { app, page, pick, says, token, save, log } = await start({ script: script() })
    await setOffline(page, true)
    await pick("a.txt")
    await says("No connection; the upload goes on once there is one.")
    await page.context().setOffline(false)
    await token()
    const [first, ...rest] = await log()
    expect([first, rest.pop()]).toEqual([
      ["uploading", 1, undefined, "a.txt"],
      ["success", true],
    ])
    // A page may hear of a network before that carries anything: then it goes on a second later, and not at once.
    for (const again of rest) expect(again).toEqual(["uploading", expect.any(Number), expect.any(Number), "a.txt"])
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("a.txt") } })
  })

  it("stop with the choice, and leave the next one alone", async () => {
    const { app, page, picker, pick, token, says, log } = await start({ script: script(), guard: insteadOf(cutLine) })
    await stopClock(page)
    await pick("a.txt")
    await says(/^Upload interrupted/)
    await picker.setInputFiles([])
    await page.waitForFunction("!document.querySelector('output').textContent")
    await page.clock.runFor(2000)
    await pick("b.txt")
    await token()
    const tried = app.requests.filter(({ req }) => req.method === "POST")
    expect([tried.length, app.received, await log()]).toEqual([
      2,
      1,
      [
        ["uploading", 1, 2, "a.txt"],
        ["success", true],
      ],
    ])
  })

  it("end with the failure, which its person reads, and the file goes with the form", async () => {
    const busy: RequestHandler = (_req, res) => void res.status(503).set("Retry-After", "1").end()
    const { app, pick, says, save, log } = await start({
      script: script("{ times: 1 }"),
      guard: insteadOf(busy, busy),
    })
    await pick("a.txt")
    await says("Upload failed; please try again.")
    expect(await log()).toEqual([
      ["uploading", 1, 2, "a.txt"],
      ["failure", 503],
    ])
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("a.txt") } })
  })

  it("bring up many files, of which a minute allows less, without a word from their person", async () => {
    const { app, page, pick, says, save } = await start({
      page: () => form(fileInput("attachments", "multiple")),
      script: script(),
      quotas: { uploadsPerMinute: 2 },
    })
    // The minute is over when the browser's clock says so, and the server's.
    await page.clock.install()
    await pick("a.txt", "b.txt", "c.txt", "d.txt")
    await says(/^Upload interrupted; trying again in (5\d|6\d|7\d) seconds\.$/)
    await page.waitForFunction("log.length === 4")
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 80_000 })
    onTestFinished(() => void vi.useRealTimers())
    await page.clock.fastForward(80_000)
    await page.waitForFunction(() => document.querySelectorAll("[name=_attachments]").length === 4)
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 80_000 })
    await save()
    expect(await app.saved.take()).toMatchObject({
      files: { attachments: ["a", "b", "c", "d"].map((name) => bytesOf(`${name}.txt`)) },
    })
  })

  it("hold for uploads without an input too, and for all who wait for the same one", async () => {
    const { app, page } = await start({ script: script(), guard: insteadOf(cutLine) })
    const tokens = await page.evaluate(() => {
      const { client } = window as unknown as { client: import("sticky-uploads/client").StickyClient }
      const file = new File(["bytes"], "a.txt")
      const send = () => client.upload(file, "submission.create/upload")
      return Promise.all([send(), send()])
    })
    expect(tokens[0]).toBe(tokens[1])
    expect([tokens[0]?.length, app.received]).toEqual([expect.any(Number), 1])
  })
})

describe("a line that breaks after the server has taken the file", () => {
  /** Opens the form over a line on which the next upload, and no other, meets these faults. */
  async function startOver(faults: Faults) {
    const app = await servePage({ page: () => form(fileInput("upload")), script: script() })
    const proxy: FaultProxy = await startFaultProxy(app.port)
    onTestFinished(() => proxy.stop())
    const opened = await open(proxy.endpoint)
    // Those under way go on to meet them.
    const met = proxy.met().then(() => proxy.set({ ...faults, only: /^NONE/ }))
    proxy.set({ ...faults, only: /^POST \/uploads/ })
    await opened.pick("a.txt")
    await met
    return { app, ...opened }
  }

  it.each<[string, Faults, unknown[]]>([
    // Chromium sends the POST once more by itself, as nothing of an answer came over a connection that was kept.
    ["before the answer, of which no page hears,", { resetAnswerAfterBytes: 0 }, []],
    ["in the middle of the answer", { resetAnswerAfterBytes: 500 }, [["uploading", 1, 2, "a.txt"]]],
  ])("%s leaves one file, which the form carries, once", async (_what, faults, retried) => {
    const { app, save, token, log } = await startOver(faults)
    await token()
    expect(await log()).toEqual([...retried, ["success", true]])
    expect([app.received, (await app.left()).length]).toEqual([2, 1])
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("a.txt") } })
    expect([app.saved.size, app.errors]).toEqual([0, []])
  })
})
