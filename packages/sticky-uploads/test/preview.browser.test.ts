import type { Request } from "express"
import { stickyPreview } from "sticky-uploads/express"
import { describe, expect, it } from "vitest"
import { png as pixel } from "./support/app.js"
import { cookieOf } from "./support/cookie.js"
import { upload } from "./support/multipart.js"
import { chromiumPages } from "./support/open-page.js"
import { type Person, serve } from "./support/serve.js"

const open = chromiumPages()
const ann: Person = { user: "ann" }

/** What a stranger's document would do with a page of ours, if it were one. */
const evil = `document.title = "ran"; top.ran = true; fetch("/ran")`
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload='${evil}'><script>${evil}</script></svg>`
const html = `<!doctype html><title>evil</title><script>${evil}</script>`

type Files = readonly (readonly [name: string, bytes: string | Uint8Array])[]
const personOf = ({ req }: { req: Request }): Person => ({ user: cookieOf(req, "user") ?? null })

/** Starts an app that shows ann the files which she staged. */
async function servePictures(files: Files, createContext = personOf) {
  const asked: string[] = []
  const addresses: string[] = []
  const server = await serve({
    routes(app, sticky) {
      app.use((req, _res, next) => {
        asked.push(req.path)
        next()
      })
      app.use("/previews", stickyPreview({ sticky, createContext, inline: "images" }))
      app.get("/", (_req, res) => {
        const images = addresses.map((address) => `<img src="${address}" alt="">`)
        res.cookie("user", "ann").send(`<!doctype html><meta charset="utf-8"><title>Form</title>${images.join("")}`)
      })
    },
  })
  for (const [name, bytes] of files) {
    const { json } = await server.post("doc/any", [upload(bytes, name)])
    addresses.push(`/previews/${server.sticky.preview(json.stored, { ctx: ann }).reference}`)
  }
  return { ...server, asked, addresses }
}

describe("stickyPreview in Chromium", () => {
  it("shows a staged picture in a page of the app, and by itself", async () => {
    const { url, addresses } = await servePictures([["写真.png", pixel]])
    const { page } = await open(url)
    const shown = () => page.locator("img").evaluate((image: HTMLImageElement) => [image.complete, image.naturalWidth])
    await expect.poll(shown).toEqual([true, 1])
    await page.goto(`${url}${addresses[0]}`)
    await expect.poll(shown).toEqual([true, 1])
  })

  it.each([
    ["an SVG with a script", "a.svg", svg],
    ["an SVG with a script, called .png", "a.png", svg],
    ["an HTML page, called .png", "a.png", html],
    ["a GIF that is a script too", "a.gif", Buffer.from(`GIF89a/*\0\0*/=1;${evil}`, "latin1")],
  ])("never runs %s: opened, framed or asked for as a script", async (_, name, bytes) => {
    const { url, addresses, asked } = await servePictures([[name, bytes]])
    const { page } = await open(url)
    const address = `${url}${addresses[0]}`
    await page.evaluate(
      (src) =>
        Promise.all(
          ["script", "iframe", "object", "embed"].map(
            (tag) =>
              new Promise((resolve) => {
                const element = document.createElement(tag)
                element.onload = element.onerror = resolve
                element.setAttribute(tag === "object" ? "data" : "src", src)
                document.body.append(element)
                // A frame whose content is saved instead fires nothing.
                if (tag !== "script") resolve(undefined)
              }),
          ),
        ),
      address,
    )
    const saved = page.waitForEvent("download").catch(() => undefined)
    const opened = await page.goto(address).catch(() => undefined)
    if (!opened) expect((await saved)?.suggestedFilename()).toBe(name)
    expect(await page.evaluate(() => [document.title, "ran" in window])).not.toContain("ran")
    expect(await page.evaluate(() => "ran" in window)).toBe(false)
    expect(asked).toContain(addresses[0])
    expect(asked).not.toContain("/ran")
  })

  it("gives another user nothing", async () => {
    const { url, addresses } = await servePictures([["a.png", pixel]])
    const { page } = await open(url)
    await page.context().clearCookies()
    await page.context().addCookies([{ name: "user", value: "bob", url }])
    const answer = await page.goto(`${url}${addresses[0]}`)
    expect(answer?.status()).toBe(403)
    expect(await page.locator("body").textContent()).toContain("preview_forbidden")
  })

  it("gives a page of another site nothing, even where the network says who asks", async () => {
    const { url, addresses, asked } = await servePictures([["a.png", pixel]], () => ann)
    const other = await servePictures([])
    const { page } = await open(other.url.replace("127.0.0.1", "localhost"))
    const outcome = await page.evaluate(
      (src) =>
        new Promise((resolve) => {
          const image = new Image()
          image.onload = () => resolve("shown")
          image.onerror = () => resolve("nothing")
          image.src = src
        }),
      `${url}${addresses[0]}`,
    )
    expect(outcome).toBe("nothing")
    expect(asked).toContain(addresses[0])
  })
})
