import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { extensionOf } from "../core/media-types.js"
import { displayName } from "./display-name.js"

// Weighted towards what a name can be spoilt with.
const unit = fc.oneof(
  fc.constantFrom(
    "/",
    "\\",
    "\0",
    "\n",
    "\u007f",
    "\u0085",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u200d",
    "\u0301",
    " ",
    ".",
  ),
  fc.constantFrom("e", "é", "日", "👩", "\ud83d", "\udc69", "ﬁ", "\ufffd"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
)
const anyName = fc.oneof(fc.string({ unit, maxLength: 30 }), fc.string({ unit, minLength: 100, maxLength: 400 }))

describe("displayName", () => {
  it.each([
    ["portrait.png", "portrait.png"],
    ["日本語.pdf", "日本語.pdf"],
    ["../../etc/passwd", "passwd"],
    ["C:\\fakepath\\photo.jpg", "photo.jpg"],
    ["/tmp/..\\evil.sh", "evil.sh"],
    ["a\0.png", "a.png"],
    ["a\r\nb.png", "ab.png"],
    ["cod\u202egnp.exe", "codgnp.exe"],
    ["  spaced.txt  ", "spaced.txt"],
    ["cafe\u0301.txt", "café.txt"],
    ["", "unnamed"],
    ["..", "unnamed"],
    [".", "unnamed"],
    ["a/", "unnamed"],
    ["\u200b\u202e", "unnamed"],
    ["\u200d \u200c", "unnamed"],
    ["می\u200cخواهم.pdf", "می\u200cخواهم.pdf"],
    ["👩\u200d👩\u200d👧.png", "👩\u200d👩\u200d👧.png"],
    [".htaccess", ".htaccess"],
    ["\ud83d.txt", "\ufffd.txt"],
  ])("makes of %j %j", (raw, name) => {
    expect(displayName(raw)).toBe(name)
  })

  it("is never empty, a path, too long, or a text that hides or reorders itself", () => {
    fc.assert(
      fc.property(anyName, (raw) => {
        const name = displayName(raw)
        expect(name).not.toBe("")
        // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is proved
        expect(name).not.toMatch(/[/\\\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        expect(["..", "."]).not.toContain(name)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
        expect(Buffer.from(name).toString()).toBe(name)
        expect(name.trim()).toBe(name)
      }),
      { numRuns: 500 },
    )
  })

  it("changes nothing a second time", () => {
    fc.assert(
      fc.property(anyName, (raw) => {
        expect(displayName(displayName(raw))).toBe(displayName(raw))
      }),
      { numRuns: 1000 },
    )
  })

  it("composes letters that only a hidden mark kept apart: the same name then had two spellings", () => {
    expect(displayName("e\u200b\u0301.txt")).toBe("é.txt")
  })

  it("leaves no space at the end of a name that it cut", () => {
    expect(displayName(`${"a".repeat(254)} ${"b".repeat(10)}`)).toBe("a".repeat(254))
  })

  it("keeps the extension of a name that it cuts, and cuts no character in the middle", () => {
    const stems = fc.string({ unit: fc.constantFrom("a", "é", "日", "👩"), minLength: 130, maxLength: 300 })
    fc.assert(
      fc.property(stems, fc.stringMatching(/^[a-z0-9]{1,5}$/), (stem, extension) => {
        const name = displayName(`${stem}.${extension}`)
        expect(extensionOf(name)).toBe(extension)
        expect(stem.normalize("NFC").startsWith(name.slice(0, -extension.length - 1))).toBe(true)
      }),
    )
  })
})
