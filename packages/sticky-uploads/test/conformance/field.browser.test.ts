import { describe, expect, it } from "vitest"
import { png } from "../support/multipart.js"
import { type PlainPage, plainPages, uploadUrl } from "../support/plain-page.js"

const open = plainPages()

/** A page with a failed submit behind it, in which these files stick. */
async function openWith(files: Record<string, string>, options?: Parameters<typeof open>[0]): Promise<PlainPage> {
  const plain = await open(options)
  for (const [field, name] of Object.entries(files)) await plain.pick(field, name, png())
  expect((await plain.send()).status).toBe(422)
  return plain
}

async function keptBytes({ kept }: PlainPage["server"]): Promise<Buffer[]> {
  const all: Buffer[] = []
  for await (const { key } of kept.list()) {
    const chunks: Uint8Array[] = []
    for await (const chunk of await kept.open(key)) chunks.push(chunk)
    all.push(Buffer.concat(chunks))
  }
  return all
}

describe("W2 a field is a stock file input that says where to upload to, and a hidden input _name", () => {
  it("as stickyField writes it", async () => {
    const { page } = await open()
    const input = page.locator("#for-cover input[type=file]")
    expect(await input.getAttribute("name")).toBe("cover")
    expect(await input.getAttribute("data-upload-url")).toBe(uploadUrl("cover"))
    const hidden = page.locator("#for-cover input[type=hidden]")
    expect([await hidden.getAttribute("name"), await hidden.inputValue()]).toEqual(["_cover", ""])
  })
})

describe("W3 a raw file goes before the clear box, that before the token, that before nothing", () => {
  type Outcome = "raw" | "token" | "nothing" | "file_required" | "file_and_clear"
  const table: [hasToken: boolean, hasRaw: boolean, isCleared: boolean, optional: Outcome, required: Outcome][] = [
    [false, false, false, "nothing", "file_required"],
    [true, false, false, "token", "token"],
    [true, false, true, "nothing", "token"],
    [false, true, false, "raw", "raw"],
    [true, true, false, "raw", "raw"],
    [true, true, true, "file_and_clear", "raw"],
  ]
  const cases = table.flatMap(([token, raw, clear, optional, required]) => {
    const all = [token && "a token", raw && "a raw file", clear && "a ticked clear box"].filter(Boolean)
    const given = all.join(", ") || "nothing"
    return [
      [given, "optional", optional, { field: "cover", token, raw, clear }] as const,
      [given, "required", required, { field: "upload", token, raw, clear }] as const,
    ]
  })
  const messages = { file_and_clear: () => "file_and_clear", file_required: () => "file_required" }

  it.each(cases)("%s; the field is %s: %s", async (_given, _kind, outcome, { field, token, raw, clear }) => {
    const files = { ...(field === "cover" && { upload: "other.png" }), ...(token && { [field]: "token.png" }) }
    const plain = await openWith(files, { messages, offersToClearAll: true })
    await plain.title("A title")
    if (raw) await plain.pick(field, "raw.png", png())
    if (clear) await plain.clear(field)
    const { status, text } = await plain.send()
    if (outcome.startsWith("file_")) {
      expect(status).toBe(422)
      expect(await plain.page.locator(`#for-${field} output`).textContent()).toBe(outcome)
      expect(plain.server.calls).toEqual([])
    } else {
      expect(status).toBe(200)
      expect(JSON.parse(text).result[field]).toBe(outcome === "nothing" ? null : `${outcome}.png`)
    }
  })
})

describe("W5 a form that failed shows the file it has, a clear box only where it may be cleared, and an empty input", () => {
  it("a field that holds a file, optional and required", async () => {
    const plain = await openWith({ upload: "portrait.png", cover: "cover.png" })
    const { page } = plain
    for (const [field, name] of [["upload", "portrait.png"] as const, ["cover", "cover.png"] as const]) {
      const text = await page.locator(`#for-${field}`).textContent()
      expect(text).toMatch(new RegExp(`Currently: ${name}[^]*Change:`))
      expect(await page.locator(`#for-${field} input[type=file]`).inputValue()).toBe("")
    }
    expect(await page.locator("input[name=cover-clear]").isChecked()).toBe(false)
    expect(await page.locator("input[name=upload-clear]").count()).toBe(0)
  })

  it("the hidden input carries the same token through every form that fails", async () => {
    const plain = await openWith({ upload: "portrait.png" })
    const token = await plain.token("upload")
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await plain.send()).status).toBe(422)
      expect(await plain.token("upload")).toBe(token)
    }
    await plain.title("A title")
    expect((await plain.send()).status).toBe(200)
  })

  it("a field without a file has no more than its input", async () => {
    const { page } = await open()
    expect(await page.locator("#for-cover").textContent()).not.toContain("Currently:")
    expect(await page.locator("input[type=checkbox]").count()).toBe(0)
  })
})

describe("W6 a token satisfies required: the browser does not ask for a file that the form has", () => {
  it("an empty required field stops the submit; one that holds a token does not", async () => {
    const plain = await open()
    const { page, server } = plain
    await plain.title("A title")
    await page.getByRole("button", { name: "Send" }).click()
    // The browser's own complaint: it stays on the page and leads to the field.
    await page.locator("input[name=upload]:invalid:focus").waitFor()
    expect(server.requests.filter(({ req }) => req.method === "POST")).toEqual([])

    await plain.title("")
    await plain.pick("upload", "portrait.png", png())
    expect((await plain.send()).status).toBe(422)
    expect(await page.locator("input[name=upload]:valid:not([required])").count()).toBe(1)
    await plain.title("A title")
    expect((await plain.send()).status).toBe(200)
  })
})

describe("W7 a token that is no longer good says why, and not that the field is required", () => {
  it("a file that is gone", async () => {
    const plain = await openWith({ upload: "portrait.png" })
    const { page, server } = plain
    const token = await plain.token("upload")
    await server.request("DELETE", uploadUrl("upload"), { "x-sticky-token": token })
    await plain.title("A title")
    expect((await plain.send()).status).toBe(422)
    expect(await page.locator("#for-upload output").textContent()).toBe(
      "The uploaded file is no longer there: portrait.png. Please pick the file again.",
    )
    // What is not good is not carried on, and the browser asks for a file again.
    expect(await plain.token("upload")).toBe("")
    expect(await page.locator("input[name=upload]:invalid").count()).toBe(1)

    await plain.title("A title")
    await plain.pick("upload", "again.png", png())
    expect((await plain.send()).status).toBe(200)
  })
})

describe("W8 without JavaScript the field is sticky all the same", () => {
  it("a raw file of a form that failed comes back as a token, and the mended form has its very bytes", async () => {
    const plain = await open()
    const bytes = png(4321)
    await plain.pick("upload", "portrait.png", bytes)
    expect((await plain.send()).status).toBe(422)
    expect(await plain.token("upload")).not.toBe("")
    expect(await keptBytes(plain.server)).toEqual([])

    await plain.title("A title")
    const { status, text } = await plain.send()
    expect([status, JSON.parse(text).result.upload]).toEqual([200, "portrait.png"])
    expect(await keptBytes(plain.server)).toEqual([bytes])
    expect(await plain.server.staged()).toEqual([])
  })

  it("a file that its field refuses does not stick; the others do", async () => {
    const plain = await open()
    await plain.pick("upload", "portrait.png", Buffer.from("only text"))
    await plain.pick("cover", "cover.png", png())
    expect((await plain.send()).status).toBe(422)
    expect(await plain.page.locator("#for-upload output").textContent()).toContain("File is of type text/plain")
    expect([await plain.token("upload"), (await plain.token("cover")) !== ""]).toEqual(["", true])
    expect(await plain.server.staged()).toHaveLength(1)
  })
})
