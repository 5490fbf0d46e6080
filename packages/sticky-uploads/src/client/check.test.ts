import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { acceptPattern, acceptsClaimed, parseAccept } from "../core/accept.js"
import { checkClaimed, resolveLimits, type StickyFileLimits } from "../core/limits.js"
import { checkByInput, checkTogether } from "./check.js"

/** The input that `stickyField` would write for these limits, as far as it is read here. */
function inputOf(limits: StickyFileLimits): HTMLInputElement {
  const { maxBytes, minBytes, accept } = resolveLimits(limits)
  const dataset = {
    maxBytes: `${maxBytes}`,
    minBytes: `${minBytes}`,
    ...(accept && { acceptPattern: acceptPattern(accept) }),
  }
  return { accept: accept?.list.join(",") ?? "", dataset } as unknown as HTMLInputElement
}
const fileOf = (name: string, type: string, size = 5) => new File(["x".repeat(size)], name, { type })

const entries = [
  ...["image/*", "text/*", "application/*", "video/*"],
  ...[".jpg", ".JPEG", ".pdf", ".csv", ".tar.gz", ".c++", ".x"],
  ...[
    "image/png",
    "image/jpg",
    "text/csv",
    "application/zip",
    "application/x-pdf",
    "image/svg+xml",
    "application/octet-stream",
  ],
]
const types = [
  "",
  "text/plain",
  "text/csv",
  "application/csv",
  "application/vnd.ms-excel",
  "image/jpeg",
  "image/pjpeg",
  "image/png",
  "image/svg+xml",
  "application/pdf",
  "audio/mp3",
  "video/x-msvideo",
  "text/plain;charset=utf-8",
  "application/octet-stream",
]
const extensions = [
  "",
  ".jpg",
  ".JPG",
  ".jpeg",
  ".jfif",
  ".pdf",
  ".csv",
  ".gz",
  ".tar.gz",
  ".c++",
  ".x",
  ".svg",
  ".docx",
  ".jpg.exe",
  "jpg",
]
const name = fc
  .tuple(fc.stringMatching(/^[^/\n]{0,8}$/), fc.constantFrom(...extensions))
  .map(([stem, extension]) => stem + extension)

describe("checkByInput", () => {
  it("takes of a browser's types what the schema takes, without its table (W, same rule)", () => {
    const list = fc.uniqueArray(fc.constantFrom(...entries), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(list, name, fc.constantFrom(...types), (accept, name, type) => {
        const read = parseAccept(accept)
        const pattern = RegExp(acceptPattern(read), "i")
        expect(pattern.test(`${type};${name}`)).toBe(acceptsClaimed(read, { name, type }))
      }),
      { numRuns: 1000 },
    )
  })

  it("refuses what the schema refuses, for the same reason", () => {
    const limits = { maxBytes: 4, minBytes: 2, accept: ["image/*", ".pdf"] }
    for (const file of [
      fileOf("a.png", "image/png", 9),
      fileOf("b", "", 1),
      fileOf("c", "", 0),
      fileOf("d.txt", "text/plain", 3),
    ]) {
      const refusal = checkClaimed(file, resolveLimits(limits))
      expect(refusal).toBeDefined()
      expect(checkByInput(inputOf(limits), file)).toEqual(refusal)
    }
    expect(checkByInput(inputOf(limits), fileOf("a.pdf", "", 3))).toBe(undefined)
  })

  it("lets everything pass where nobody wrote limits, whatever the hint of accept", () => {
    const input = { accept: "image/*", dataset: {} } as HTMLInputElement
    expect(checkByInput(input, fileOf("a.txt", "text/plain", 0))).toBe(undefined)
  })
})

describe("checkTogether", () => {
  const input = { dataset: { maxFiles: "3", maxTotalBytes: "10" } } as unknown as HTMLInputElement

  it("refuses the file that is beyond the number, whatever it weighs", () => {
    expect(checkTogether(input, [1, 1], fileOf("a", ""))).toBe(undefined)
    expect(checkTogether(input, [1, 1, 1], fileOf("a", "", 0))).toEqual({
      code: "too_many_files",
      details: { maxFiles: 3 },
    })
  })

  it("refuses the file with which all are too large, and says what they weigh", () => {
    expect(checkTogether(input, [2, 3], fileOf("a", "", 5))).toBe(undefined)
    expect(checkTogether(input, [2, 4], fileOf("a", "", 5))).toEqual({
      code: "files_too_large",
      details: { bytes: 11, maxBytes: 10 },
    })
  })

  it("lets everything pass where nobody wrote limits", () => {
    expect(checkTogether({ dataset: {} } as HTMLInputElement, Array(50).fill(1e9), fileOf("a", ""))).toBe(undefined)
  })
})
