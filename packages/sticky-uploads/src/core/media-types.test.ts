import fc from "fast-check"
import { supportedExtensions, supportedMimeTypes } from "file-type"
import { describe, expect, it } from "vitest"
import { extensionOf, namesOf, normalizeType, typeOfExtension } from "./media-types.js"

const everyExtension = namesOf(() => true)
  .filter((each) => each.startsWith("."))
  .map((each) => each.slice(1))

describe("extensionOf", () => {
  it.each([
    ["a.pdf", "pdf"],
    ["A.PDF", "pdf"],
    ["a.tar.gz", "gz"],
    ["noextension", ""],
    ["ends.", ""],
    [".hidden", "hidden"],
    ["", ""],
  ])("of %j is %j", (name, extension) => {
    expect(extensionOf(name)).toBe(extension)
  })
})

describe("typeOfExtension", () => {
  it("knows the types that forms ask for", () => {
    expect(typeOfExtension("jpg")).toBe("image/jpeg")
    expect(typeOfExtension("JPEG")).toBe("image/jpeg")
    expect(typeOfExtension("csv")).toBe("text/csv")
    expect(typeOfExtension("docx")).toBe("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
  })

  it.each([
    ["pictures", "gif webp avif heic heif svg bmp tiff ico psd"],
    ["texts", "pdf rtf json xml txt log tsv md html css ics vcf js yaml sql"],
    ["office files", "doc docx xls xlsx ppt pptx odt ods odp epub"],
    ["archives", "zip gz tar 7z rar"],
    ["sound and films", "mp3 wav ogg flac m4a aac mp4 webm mov avi mkv mpg"],
    ["fonts", "woff woff2 ttf otf"],
  ])("knows %s", (_what, extensions) => {
    expect(extensions.split(" ").filter((extension) => !typeOfExtension(extension))).toEqual([])
  })

  it.each(["", "step", "constructor", "__proto__", "toString"])("knows nothing of %j", (extension) => {
    expect(typeOfExtension(extension)).toBeUndefined()
  })

  it("means a type that the bytes can give, wherever the sniffer knows the extension", () => {
    const sniffed = new Set([...supportedMimeTypes].map((type) => normalizeType(type)))
    const meant = everyExtension.filter((extension) => supportedExtensions.has(extension as never))
    expect(meant.length).toBeGreaterThan(40)
    expect(meant.filter((extension) => !sniffed.has(typeOfExtension(extension) as string))).toEqual([])
  })

  it("gives only types in their one spelling", () => {
    for (const extension of everyExtension) {
      const type = typeOfExtension(extension) as string
      expect(normalizeType(type)).toBe(type)
    }
  })
})

describe("normalizeType", () => {
  it.each([
    ["IMAGE/PNG", "image/png"],
    [" text/plain; charset=utf-8", "text/plain"],
    ["image/jpg", "image/jpeg"],
    ["text/xml", "application/xml"],
    ["application/csv", "text/csv"],
    ["application/x-zip-compressed", "application/zip"],
    ["audio/mp3", "audio/mpeg"],
    ["audio/x-m4a", "audio/mp4"],
    ["text/rtf", "application/rtf"],
    ["audio/ogg; codecs=opus", "audio/ogg"],
    ["", ""],
    ["png", ""],
    ["image/", ""],
    ["a/b/c", ""],
    ["image/png\r\nx: y", ""],
  ])("makes of %j %j", (type, normal) => {
    expect(normalizeType(type)).toBe(normal)
  })

  it("changes nothing a second time", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...namesOf(() => true))), (type) => {
        expect(normalizeType(normalizeType(type))).toBe(normalizeType(type))
      }),
    )
  })
})
