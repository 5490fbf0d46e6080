import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { clientEnglish } from "../client/messages.js"
import { english, type StickyErrorDetails } from "../index.js"
import { french } from "./french.js"
import { frenchClient } from "./french-client.js"
import { german } from "./german.js"
import { germanClient } from "./german-client.js"
import type { Locale } from "./locale.js"

type Sentence = (details: object) => string
const spoken = { ...english, ...clientEnglish } as unknown as Record<string, Sentence>
const keys = Object.keys(spoken)
const sentencesOf = (table: object) => table as Record<string, Sentence>

// Of letters that no sentence here has, so that a detail is found again in whatever stands around it.
const word = fc.stringMatching(/^[α-ω]{3,9}$/)
const limits = [
  "parts",
  "bytes",
  "bytes of text",
  "headers in a part",
  "header bytes in a part",
  "characters in a name",
] satisfies StickyErrorDetails["multipart_limit"]["limit"][]
const words = fc.array(word, { minLength: 1, maxLength: 3 })
const bytes = fc.integer({ min: 1, max: 9e15 })
const facts = {
  name: word,
  type: word,
  accept: words,
  procedure: word,
  method: word,
  allow: words,
  target: word,
  origin: fc.option(word, { nil: undefined }),
  part: word,
  reason: word,
  limit: fc.constantFrom(...limits),
  size: bytes,
  bytes,
  minBytes: bytes,
  maxBytes: bytes,
  declaredBytes: bytes,
  max: fc.nat(),
  maxFiles: fc.nat(),
  idleSeconds: fc.nat(999),
  maxSeconds: fc.nat(999),
  retrySeconds: fc.nat(999),
  maxPerMinute: fc.nat(999),
  inspector: word,
  percent: fc.integer({ min: 1, max: 100 }),
}
const refusedFile = fc.record({
  code: fc.constantFrom("file_empty", "file_too_small", "file_too_large", "file_type_refused"),
  details: fc.record(facts),
})
const detailsOf = (key: string) =>
  fc.record({ ...facts, ...(key === "token_not_allowed" ? { reason: refusedFile } : {}) })

/** What a sentence says of its details: the words, and the numbers as English writes them. */
const told = (sentence: string) => sentence.match(/[α-ω]+|\d+(\.\d+)?/g)?.sort() ?? []
const inEnglishNumbers = (sentence: string) =>
  sentence.replace(/(?<=\d)[.\u00a0\u202f](?=\d{3})/g, "").replace(/(?<=\d),(?=\d)/g, ".")

const example = fc.sample(detailsOf("file_empty"), { numRuns: 1, seed: 1 })[0] as object
const exampleOf = (key: string) =>
  key === "token_not_allowed" ? { reason: { code: "file_empty", details: example } } : example

describe.each<[string, Locale, object]>([
  ["german", german, germanClient],
  ["french", french, frenchClient],
])("%s", (_, locale, client) => {
  const sentences = sentencesOf(locale)

  it("has every sentence that English has, and none that English left in it", () => {
    expect(Object.keys(locale)).toEqual(expect.arrayContaining(keys))
    const untranslated = keys.filter((key) => sentences[key]?.(exampleOf(key)) === spoken[key]?.(exampleOf(key)))
    expect(untranslated).toEqual([])
  })

  it("holds the browser's part as it is", () => {
    expect(locale).toMatchObject(client)
  })

  it.each(keys)("says in %s what English says: the same names, the same numbers", (key) => {
    fc.assert(
      fc.property(detailsOf(key), (details) => {
        const sentence = sentences[key]?.(details) ?? ""
        const inEnglish = spoken[key]?.(details) ?? ""
        expect(told(inEnglishNumbers(sentence))).toEqual(told(inEnglish))
        expect(sentence).not.toMatch(/undefined|NaN|\[object|Infinity/)
        expect(sentence.endsWith(".")).toBe(inEnglish.endsWith("."))
      }),
    )
  })

  it.each(limits)("says what there are too many of: %s", (limit) => {
    const sentence = locale.multipart_limit({ limit, max: 50 })
    expect(sentence).toMatch(/50 \p{L}+/u)
    expect(limits.filter((other) => locale.multipart_limit({ limit: other, max: 50 }) === sentence)).toEqual([limit])
  })

  it("says a limit that was passed while the size was not known yet", () => {
    const sentence = locale.file_too_large({ name: "film.mp4", size: undefined, maxBytes: 5_000_000 })
    expect(sentence).toMatch(/ 5\sM[Bo]\s?: film\.mp4$/)
  })

  it("writes quotes and apostrophes as print does, and no space that may end a line before a sign", () => {
    const all = Object.entries(sentences).map(([key, say]) => (typeof say === "string" ? say : say(exampleOf(key))))
    expect(all.filter((sentence) => /["']| [:;!?%»…]|« /.test(sentence))).toEqual([])
  })
})

describe("german", () => {
  it("speaks as people do", () => {
    const details = { name: "portrait.png", size: 7_200_000, maxBytes: 5_000_000 }
    expect(german.file_too_large(details)).toBe(
      "Die Datei ist 7,2\u00a0MB groß; die Obergrenze liegt bei 5\u00a0MB: portrait.png",
    )
    expect(german.upload_timeout({ idleSeconds: 1 })).toContain("weil 1\u00a0Sekunde lang")
    expect(german.target_unknown({ target: "a/b" })).toBe("Es gibt kein Upload-Feld namens „a/b“.")
  })
})

describe("french", () => {
  it("speaks as people do", () => {
    const details = { name: "portrait.png", size: 7_200_000, maxBytes: 5_000_000 }
    expect(french.file_too_large(details)).toMatch(
      /^Le fichier fait 7,2\sMo\u202f; la limite est de 5\sMo\u00a0: portrait\.png$/,
    )
    expect(french.upload_timeout({ idleSeconds: 1 })).toContain("pendant 1\u00a0seconde.")
    expect(french.target_unknown({ target: "a/b" })).toContain("nommé «\u00a0a/b\u00a0».")
  })

  it("keeps its double signs on the line of the word before", () => {
    const all = Object.entries(sentencesOf(french)).map(([key, say]) =>
      typeof say === "string" ? say : say(exampleOf(key)),
    )
    expect(all.filter((sentence) => /(?<![\u00a0\u202f])[:;!?»%]/.test(sentence))).toEqual([])
  })
})
