import { afterEach, describe, expect, it, vi } from "vitest"
import { keepingPages } from "./support/chromium.js"
import { bytesOf, chromiumPages } from "./support/open-page.js"
import { startForm } from "./support/start-form.js"

// Who goes back finds the page as it was, as in a browser that no test drives.
const start = startForm(chromiumPages(keepingPages))
afterEach(() => void vi.useRealTimers())

/** The server's clock goes on; the browser has one of its own. */
const afterSeconds = (seconds: number) => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 })

/** Picks a file more than one person may upload in a minute. */
async function startRefused() {
  const started = await start({ quotas: { uploadsPerMinute: 1 } })
  await started.pick("first.txt")
  const first = await started.token()
  await started.pick("second.txt")
  await started.says(/^More than 1 uploads in a minute\. Please try again in \d+ seconds\.$/)
  return { ...started, first }
}

describe("an upload that is one too many", () => {
  it("says when to try again, keeps the file, and leaves no token of another behind", async () => {
    const { app, picker, hidden, log } = await startRefused()
    expect(await picker.evaluate((input: HTMLInputElement) => input.files?.[0]?.name)).toBe("second.txt")
    expect(await hidden()).toEqual([""])
    expect((await log()).at(-1)).toEqual(["failure", 429])
    expect(app.received).toBe(1)
  })

  it("goes up when it is tried again later, and the form with its token", async () => {
    const { app, picker, token, first, save } = await startRefused()
    afterSeconds(61)
    await picker.evaluate((input: HTMLInputElement) => input.stickyUploader?.retry())
    expect(await token("_upload", first)).not.toBe("")
    afterSeconds(61)
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("second.txt") } })
    expect(app.received).toBe(2)
  })

  it("goes with the form when it is not tried again", async () => {
    const { app, save } = await startRefused()
    afterSeconds(61)
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("second.txt") } })
  })
})

describe("a form that is one too many", () => {
  it("shows a page with the message, and who comes back finds the file where it was", async () => {
    const { app, page, save, token } = await startRefused()
    const refused = page.waitForResponse((response) => response.request().method() === "POST")
    await save()
    expect((await refused).status()).toBe(429)
    await page.getByText("More than 1 uploads in a minute.").waitFor()
    afterSeconds(61)
    await page.goBack({ waitUntil: "commit" })
    await token()
    afterSeconds(61)
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("second.txt") } })
  })
})
