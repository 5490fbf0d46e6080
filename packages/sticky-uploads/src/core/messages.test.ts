import { describe, expect, it } from "vitest"
import { type Refusal, refuse, type StickyErrorCode, type StickyErrorDetails, statusOf } from "./errors.js"
import { english, messageOf, stickyError } from "./messages.js"

/** One refusal of every code. */
const examples: { [Code in StickyErrorCode]: StickyErrorDetails[Code] } = {
  file_required: {},
  file_invalid: {},
  file_empty: { name: "portrait.png" },
  file_too_small: { name: "portrait.png", size: 1500, minBytes: 20_000 },
  file_too_large: { name: "portrait.png", size: 7_200_000, maxBytes: 5_000_000 },
  file_type_refused: { name: "portrait.png", type: "text/plain", accept: ["image/*", ".pdf"] },
  file_and_clear: { name: "portrait" },
  file_refused: { name: "portrait.png", inspector: "clamav", reason: "Eicar-Test-Signature" },
  too_many_files: { maxFiles: 3 },
  files_too_large: { bytes: 12_500_000, maxBytes: 10_000_000 },
  token_malformed: {},
  token_tampered: { reason: "signature" },
  token_expired: { name: "portrait.png", expiredAt: 1 },
  token_wrong_target: { issuedFor: "a/b" },
  token_wrong_subject: {},
  token_gone: { name: "portrait.png" },
  token_used: { name: "portrait.png" },
  token_busy: { name: "portrait.png" },
  token_pending: { name: "portrait.png" },
  token_not_allowed: {
    name: "portrait.png",
    reason: { code: "file_too_large", details: { name: "portrait.png", size: 7_200_000, maxBytes: 5_000_000 } },
  },
  preview_unknown: {},
  preview_expired: { name: "portrait.png", expiredAt: 1 },
  preview_forbidden: {},
  scope_missing: {},
  target_unregistered: { procedure: "album.add" },
  body_used: {},
  method_not_allowed: { method: "PUT", allow: ["POST", "DELETE"] },
  target_unknown: { target: "a/b" },
  origin_refused: { origin: "https://evil.example" },
  upload_forbidden: { target: "a/b" },
  too_many_uploads: { maxPerMinute: 120, retrySeconds: 12 },
  too_many_bytes: { maxBytes: 1_000_000_000, retrySeconds: 86_400 },
  server_busy: { retrySeconds: 1 },
  body_too_large: { declaredBytes: 7_200_000, maxBytes: 5_000_000 },
  content_type_unsupported: { contentType: "text/plain" },
  multipart_malformed: { reason: "it is empty" },
  multipart_limit: { limit: "parts", max: 50 },
  upload_missing: { part: "upload" },
  field_name_refused: { field: "__proto__" },
  upload_aborted: {},
  upload_timeout: { idleSeconds: 30 },
  upload_too_slow: { maxSeconds: 3600 },
  inspection_failed: { inspector: "clamav" },
  storage_failed: { storage: "disk", operation: "write" },
  storage_conflict: { storage: "disk", key: "k" },
  storage_missing: { storage: "disk", key: "k" },
  key_invalid: {},
  content_unavailable: { name: "portrait.png" },
  content_stored: { name: "portrait.png" },
  internal_error: {},
}
const codes = Object.keys(examples) as StickyErrorCode[]
const say = <Code extends StickyErrorCode>(code: Code, details: StickyErrorDetails[Code]) =>
  messageOf(refuse(code, details) as Refusal)

describe("english", () => {
  it("has a sentence for every code, and no other", () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(statusOf).sort())
    expect([...codes].sort()).toEqual(Object.keys(statusOf).sort())
  })

  it.each(codes)("says %s in a sentence without holes", (code) => {
    const message = say(code, examples[code])
    expect(message.length).toBeGreaterThan(10)
    expect(message).not.toMatch(/undefined|NaN|\[object|Infinity/)
  })

  it.each([
    ["file_too_large", "File is 7.2 MB; the limit is 5 MB: portrait.png"],
    ["file_too_small", "File is 1.5 kB; at least 20 kB are needed: portrait.png"],
    ["file_empty", "File is empty: portrait.png"],
    ["file_type_refused", "File is of type text/plain; allowed are image/*, .pdf: portrait.png"],
    ["body_too_large", "The upload is 7.2 MB; the limit is 5 MB."],
    ["token_not_allowed", "File is 7.2 MB; the limit is 5 MB: portrait.png"],
  ] as const)("says %s with the number and the name", (code, message) => {
    expect(say(code, examples[code])).toBe(message)
  })

  it("says a limit that was passed while the size was not known yet", () => {
    const message = say("file_too_large", { name: "film.mp4", size: undefined, maxBytes: 5_000_000 })
    expect(message).toBe("File is over the limit of 5 MB: film.mp4")
  })

  it("tells apart a size and a limit that round to the same: it said that 5 MB were over 5 MB", () => {
    expect(say("file_too_large", { name: "a", size: 5_000_001, maxBytes: 5_000_000 })).toBe(
      "File is 5000001 bytes; the limit is 5 MB: a",
    )
    expect(say("file_too_small", { name: "a", size: 19_999, minBytes: 20_000 })).toBe(
      "File is 19999 bytes; at least 20 kB are needed: a",
    )
  })
})

describe("messageOf", () => {
  it("counts one second as one", () => {
    expect(say("server_busy", { retrySeconds: 1 })).toMatch(/in 1 second\.$/)
    expect(say("server_busy", { retrySeconds: 2 })).toMatch(/in 2 seconds\.$/)
  })

  it("says what it can where something is not known", () => {
    expect(say("origin_refused", { origin: undefined })).toBe("Uploads from another site are not allowed.")
    expect(say("file_type_refused", { name: "a", type: "", accept: [".pdf"] })).toBe(
      "File is of an unknown type; allowed are .pdf: a",
    )
  })

  it("says of a limit that became tighter what the table says of the limit, unless it has words for that", () => {
    const tighter = refuse("token_not_allowed", { name: "a.txt", reason: refuse("file_empty", { name: "a.txt" }) })
    expect(messageOf(tighter, { file_empty: () => "Leer." })).toBe("Leer.")
    expect(messageOf(tighter, { file_empty: () => "Leer.", token_not_allowed: () => "Nicht mehr." })).toBe(
      "Nicht mehr.",
    )
    expect(messageOf(tighter)).toBe("File is empty: a.txt")
  })

  const refusal = refuse("file_empty", { name: "a.txt" })

  it("speaks from the given table where it has the code, and English otherwise", () => {
    const german = { file_empty: ({ name }: { name: string }) => `Datei ist leer: ${name}` }
    expect(messageOf(refusal, german)).toBe("Datei ist leer: a.txt")
    expect(messageOf(refuse("file_required", {}), german)).toBe("Please pick a file.")
  })
})

describe("stickyError", () => {
  it.each(codes)("carries the code, status, details and sentence of %s", (code) => {
    const error = stickyError(code, examples[code])
    expect(error).toMatchObject({ name: "StickyError", code, status: statusOf[code], details: examples[code] })
    expect(error.message).toBe(say(code, examples[code]))
  })

  it("keeps its cause and the place in the input, when there are such", () => {
    const cause = new Error("disk full")
    const error = stickyError("storage_failed", { storage: "disk", operation: "write" }, { cause, path: ["a", 0] })
    expect(error.cause).toBe(cause)
    expect(error.path).toEqual(["a", 0])
    expect("cause" in stickyError("file_required", {})).toBe(false)
  })
})
