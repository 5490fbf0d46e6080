import { type AttackCase, harmless } from "../case.js"
import { goodPart, post } from "../endpoint.js"
import { body, fileHead, part, textHead } from "../multipart.js"

const names = [
  "__proto__",
  "__proto__[polluted]",
  "__proto__.polluted",
  "constructor.prototype.polluted",
  "constructor[prototype][polluted]",
  "hasOwnProperty",
  "hasOwnProperty.call",
  "toString.call",
  "valueOf",
  "then",
  "length",
  "a[5000000]",
  "a[-1]",
  "a[",
  "a]b[",
  "",
  `a${".b".repeat(10_000)}`,
  `a${"[0]".repeat(5000)}`,
  "x".repeat(20_000),
]

const shown = (name: string) => (name.length > 40 ? `${name.slice(0, 12)}… (${name.length} characters)` : `"${name}"`)

const beside = (name: string, ...extra: Buffer[]): AttackCase => ({
  name,
  expected: [...harmless, 431],
  play: (endpoint) => post(endpoint, body(...extra, goodPart(endpoint))),
})

/** Fields beside the file, whose names are made for those who build objects of them. The file may be taken all the same. */
export const fields: readonly AttackCase[] = [
  ...names.map((name) => beside(`a text called ${shown(name)}`, part(textHead(name), "polluted"))),
  beside("a before a.b", part(textHead("a"), "1"), part(textHead("a.b"), "2")),
  beside("a.b before a", part(textHead("a.b"), "1"), part(textHead("a"), "2")),
  beside("a before a[b]", part(textHead("a"), "1"), part(textHead("a[b]"), "2")),
  beside("an untouched file input called __proto__", part(fileHead("__proto__", ""), "")),
]
