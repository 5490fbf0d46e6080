import fc from "fast-check"
import { escapeHtml, type StickyFieldOptions, stickyField } from "sticky-uploads/html"
import { describe, expect, it } from "vitest"

const url = "/sticky/submission.create/upload"

function parse(options: Partial<StickyFieldOptions> = {}) {
  document.body.innerHTML = `<form id="form">${stickyField({ name: "upload", url, ...options })}</form>`
  const all = (selector: string) => [...document.body.querySelectorAll<HTMLInputElement>(selector)]
  const [input] = all("input[type=file]") as [HTMLInputElement]
  return {
    input,
    all,
    text: document.body.textContent ?? "",
    status: document.body.querySelector("output") as HTMLElement,
  }
}
const attributes = (element: Element) =>
  Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]))
const staged = { token: "abc", name: "portrait.png", size: 7_200_000, type: "image/png" }

describe("stickyField", () => {
  it("writes a file input and its empty hidden field (W2)", () => {
    const { input, all, status } = parse()
    expect(attributes(input)).toEqual({
      type: "file",
      name: "upload",
      id: "upload",
      "data-upload-url": url,
      "aria-describedby": "upload-status",
      "aria-invalid": "false",
    })
    expect(all("[type=hidden]").map(attributes)).toEqual([{ type: "hidden", name: "_upload", value: "" }])
    expect([status.id, status.textContent]).toEqual(["upload-status", ""])
  })

  it("shows a staged file again: its name, a box to clear it, its token (W5)", () => {
    const { all, text } = parse({ files: [staged] })
    expect(text).toContain("Currently: portrait.png (7.2 MB)")
    expect(text).toContain("Change:")
    expect(all("[type=hidden]").map(({ name, value }) => [name, value])).toEqual([["_upload", "abc"]])
    expect(all("[type=checkbox]").map(({ name, checked }) => [name, checked])).toEqual([["upload-clear", false]])
  })

  it("gives a required field no box to clear, and asks for a file only while it has none (W5, W6)", () => {
    expect(parse({ required: true }).input.required).toBe(true)
    const { input, all } = parse({ required: true, files: [staged] })
    expect([input.required, all("[type=checkbox]").length]).toEqual([false, 0])
  })

  it("asks for the camera that it is told", () => {
    expect(parse({ capture: "environment" }).input.getAttribute("capture")).toBe("environment")
    expect(parse({}).input.hasAttribute("capture")).toBe(false)
  })

  it("gives a field of several files a checked box for each", () => {
    const files = [staged, { ...staged, token: "def", name: "b.pdf", size: 1 }]
    const { input, all, text } = parse({ name: "items", multiple: true, files })
    expect(input.multiple).toBe(true)
    expect(all("[type=checkbox]").map(({ name, value, checked }) => [name, value, checked])).toEqual([
      ["_items", "abc", true],
      ["_items", "def", true],
    ])
    expect(all("[type=hidden]")).toEqual([])
    expect(text).toContain("Keep b.pdf (1 byte)")
    expect(all("[type=checkbox]").map(({ dataset }) => ({ ...dataset }))).toEqual([
      { of: "items", name: "portrait.png", size: "7200000", type: "image/png" },
      { of: "items", name: "b.pdf", size: "1", type: "image/png" },
    ])
  })

  it("writes the limits for the browser, and only those that are given", () => {
    const { input } = parse({ limits: { maxBytes: 5_000_000, accept: ["image/*", ".pdf"] } })
    expect(input.accept).toBe("image/*,.pdf")
    expect(input.dataset).toMatchObject({ maxBytes: "5000000", minBytes: "1" })
    expect(new RegExp(input.dataset.acceptPattern ?? "", "i").test("application/x-pdf;x")).toBe(true)
    expect(() => stickyField({ name: "a", url, limits: { maxBytes: 0 } })).toThrow(TypeError)
  })

  it("writes what several files may be together where there may be several", () => {
    const limits = { minFiles: 1, maxFiles: 3, maxTotalBytes: 10_000_000 }
    expect(parse({ multiple: true, limits }).input.dataset).toMatchObject({
      minFiles: "1",
      maxFiles: "3",
      maxTotalBytes: "10000000",
    })
    expect(Object.keys(parse({ limits }).input.dataset)).toEqual(["uploadUrl", "maxBytes", "minBytes"])
  })

  it("ties its errors to the input", () => {
    const { input, status } = parse({ id: "x", errors: ["One.", "Two."], describedBy: "hint" })
    expect(input.getAttribute("aria-invalid")).toBe("true")
    expect(input.getAttribute("aria-describedby")).toBe("hint x-status")
    expect([status.id, status.textContent]).toEqual(["x-status", "One.\nTwo."])
  })

  it("ties everything to a form elsewhere, and says it in other words", () => {
    const labels = { currently: "Derzeit:", change: "Ändern:", clear: "Löschen" }
    const { all, text } = parse({ form: "elsewhere", files: [staged], labels })
    expect(all("input").map((each) => each.getAttribute("form"))).toEqual(Array(all("input").length).fill("elsewhere"))
    for (const label of Object.values(labels)) expect(text).toContain(label)
  })

  it("lets no text out of its place, whatever it is", () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        `"><script>alert(1)</script>`,
        `' onfocus='x`,
        `</output><img src=x onerror=y>`,
        `&quot;>`,
        `<!--`,
        "--!>",
      ),
      fc.string(),
    )
    const field = fc.record({
      name: hostile,
      url: hostile,
      id: hostile,
      form: hostile,
      describedBy: hostile,
      multiple: fc.boolean(),
      errors: fc.array(hostile, { maxLength: 2 }),
      labels: fc.record({ currently: hostile, change: hostile, clear: hostile, keep: hostile }),
      files: fc.array(fc.record({ token: hostile, name: hostile, size: fc.nat() }), { maxLength: 2 }),
    })
    // What the HTML parser itself makes of new lines and NUL.
    const normal = (text: string) => text.replace(/\r\n?/g, "\n").replace(/\0/g, "\uFFFD")
    fc.assert(
      fc.property(field, (options) => {
        const { input, all } = parse(options)
        const known = ["INPUT", "LABEL", "SPAN", "OUTPUT", "DIV", "FORM"]
        const elements = [...document.body.querySelectorAll("*")]
        expect(elements.filter(({ tagName }) => !known.includes(tagName))).toEqual([])
        expect(elements.flatMap((each) => [...each.attributes]).filter(({ name }) => name.startsWith("on"))).toEqual([])
        expect(normal(input.name)).toBe(normal(options.name))
        expect(normal(input.dataset.uploadUrl ?? "")).toBe(normal(options.url))
        const tokens = all("[type=hidden],[type=checkbox]").filter(
          (each) => normal(each.name) === normal(`_${options.name}`),
        )
        const wanted = options.multiple ? options.files : [options.files[0] ?? { token: "" }]
        expect(tokens.map(({ value }) => normal(value))).toEqual(wanted.map(({ token }) => normal(token)))
      }),
    )
  })
})

describe("escapeHtml", () => {
  it("is undone by a parser, in text and in attributes", () => {
    const text = `<a href="x" title='y'>&amp;`
    document.body.innerHTML = `<p title="${escapeHtml(text)}">${escapeHtml(text)}</p>`
    expect([document.body.textContent, document.querySelector("p")?.title]).toEqual([text, text])
  })
})
