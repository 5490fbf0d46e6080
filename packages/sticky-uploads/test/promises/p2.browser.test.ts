import { inspect } from "node:util"
import type { Request } from "express"
import type { Page } from "playwright-core"
import type { StickyOptions } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { png } from "../support/multipart.js"
import { chromiumPages } from "../support/open-page.js"
import { plainPages } from "../support/plain-page.js"
import type { Person, Served } from "../support/serve.js"
import { bound, fileInput, form, startForm } from "../support/start-form.js"

const start = startForm(chromiumPages())
const openPlain = plainPages()

/** Listens to all that the server's half says of its own accord: to the console, and to an app's hooks. */
function listen() {
  const said: unknown[] = []
  const hear = (...all: unknown[]) => void said.push(...all)
  for (const method of ["log", "info", "warn", "error", "debug", "trace"] as const) {
    const spy = vi.spyOn(console, method).mockImplementation(hear)
    onTestFinished(() => spy.mockRestore())
  }
  const hooks: Partial<StickyOptions<Person>> = {
    // The one that is there when an app has none.
    onError: undefined as never,
    onRefused: hear,
    onStaged: hear,
    onPromoted: hear,
  }
  return { hooks, heard: () => inspect(said, { depth: Infinity, maxStringLength: Infinity, showHidden: true }) }
}

/** Every address that went over the wire: asked for, come from, sent on to. */
const addressesOf = ({ requests }: Served) =>
  requests.flatMap(({ req, res }) => [(req as Request).originalUrl, req.headers.referer, res.getHeader("location")])

/** What of a token alone would be as good as the token, or say what it says. */
const piecesOf = (tokens: string[]) => tokens.flatMap((token) => token.split(".").slice(1))

function expectSilence(tokens: string[], server: Served, page: Page, heard: string): void {
  const places = `${addressesOf(server).join("\n")}\n${page.url()}`
  for (const piece of piecesOf(tokens)) {
    expect(places).not.toContain(piece)
    expect(heard).not.toContain(piece)
  }
}

/** Takes a file back, as a page's script would. */
const takeBack = (page: Page, token: string) =>
  page.evaluate(
    async (each) =>
      (await fetch("/uploads/submission.create/upload", { method: "DELETE", headers: { "X-Sticky-Token": each } }))
        .status,
    token,
  )

describe("P2: a token stands in no address and in no log", () => {
  it("picked, taken back, replayed, submitted in vain and in earnest, tampered with, and without a storage", async () => {
    const { hooks, heard } = listen()
    const { app, page, pick, token, save } = await start({
      ...hooks,
      page: (shown) =>
        form(
          `${fileInput("upload")}<input type="hidden" name="_upload" value="${shown?.files.upload?.[0]?.token ?? ""}">`,
        )
          .replace("required", "")
          .replace("</form>", `</form><output>${Object.keys(shown?.errors ?? {}).join()}</output>`),
      script: bound(),
    })
    const says = (text: string) => page.locator("output", { hasText: text }).first().waitFor({ state: "attached" })

    await pick("a.txt")
    const first = await token()
    expect(await takeBack(page, first)).toBe(204)
    await save()
    await says("upload")

    await pick("b.txt")
    const second = await token("_upload", first)
    await page.locator("input[name=title]").fill("")
    await save()
    await says("title")
    expect(await token()).toBe(second)
    expect(await takeBack(page, second.replace(/..$/, "AA"))).toBe(422)
    await page.locator("input[name=title]").fill("a title")
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: "bytes of b.txt" } })

    await page.goto(app.url)
    app.breakStorage()
    const failed = page.waitForResponse((response) => response.status() === 500)
    await pick("c.txt")
    await failed

    expect(heard()).toMatch(/the disk is full[\s\S]*token_tampered|token_tampered[\s\S]*the disk is full/)
    expectSilence([first, second], app, page, heard())
  })

  it("without JavaScript, through a form that fails and one that passes", async () => {
    const { hooks, heard } = listen()
    const { page, server, title, pick, send, token } = await openPlain(hooks)
    await pick("upload", "a.png", png())
    expect((await send()).status).toBe(422)
    const shown = await token("upload")
    await title("a title")
    expect((await send()).status).toBe(200)
    expect(heard()).toContain("submission.create")
    expectSilence([shown], server, page, heard())
  })
})
