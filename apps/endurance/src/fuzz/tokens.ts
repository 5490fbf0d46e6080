import { createHmac } from "node:crypto"
import fc from "fast-check"
import { callPath, claimsOf, formPath, picturePath, uploadPath } from "../site/places.js"
import { nameOf, type Outcome } from "../wire/answer.js"
import { formRequest, head } from "../wire/request.js"
import { applyEdits, edits } from "./edits.js"
import { type Fuzzer, onGround } from "./fuzzer.js"
import type { Ground } from "./ground.js"

const user = "ann"
const encode = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url")

/** Good tokens: of the field, of another field, and of another person. */
type Genuine = readonly [own: string, elsewhere: string, somebodys: string]

const partsOf = (token: string) => token.split(".") as [header: string, claims: string, signature: string]
const which = fc.nat({ max: 2 })

const anyHeader = fc.oneof(
  fc.constantFrom<unknown>(
    { alg: "none", typ: "sticky+jwt" },
    { alg: "HS512", typ: "sticky+jwt" },
    { alg: "RS256", typ: "JWT" },
    { alg: "HS256", kid: "../../dev/null", typ: "sticky+jwt" },
    { alg: "HS256", jwk: { kty: "oct", k: "AAAA" }, typ: "sticky+jwt" },
    { alg: "HS256", crit: ["b64"], b64: false },
    "null",
    "[]",
    "{",
    '{"alg":"HS256","alg":"none"}',
  ),
  fc.jsonValue(),
)

const anyClaim = fc.record(
  {
    aud: fc.constantFrom("submission.create/address.photo", "*", ["submission.create/upload"]),
    sub: fc.constantFrom("ben", null, ""),
    jti: fc.constantFrom("../up", "A".repeat(24), "__proto__"),
    exp: fc.constantFrom(1e12, "never", null),
    size: fc.constantFrom(0, -1, 1e15),
    iss: fc.constantFrom("other", null),
    ["__proto__"]: fc.constant({ admin: true }),
  },
  { requiredKeys: [] },
)

interface Forgery {
  how: string
  make: (genuine: Genuine) => unknown
}

/** Ways to make of good tokens one that is not. Each text of one keeps what it is not about. */
const forgery: fc.Arbitrary<Forgery> = fc.oneof(
  fc.record({ edits, from: which }).map(({ edits, from }) => ({
    how: `${from} edited ${JSON.stringify(edits)}`,
    make: (genuine: Genuine) => applyEdits(Buffer.from(genuine[from] as string), edits).toString(),
  })),
  fc.tuple(which, which, which).map((from) => ({
    how: `parts of ${from}`,
    make: (genuine: Genuine) => from.map((of, part) => partsOf(genuine[of] as string)[part]).join("."),
  })),
  fc.tuple(anyHeader, fc.boolean()).map(([header, signs]) => ({
    how: `header ${JSON.stringify(header)}${signs ? ", signed with nothing" : ""}`,
    make([own]: Genuine) {
      const [, claims, signature] = partsOf(own)
      const signed = `${encode(header)}.${claims}`
      return `${signed}.${signs ? createHmac("sha256", "").update(signed).digest("base64url") : signature}`
    },
  })),
  anyClaim.map((changed) => ({
    how: `claims ${JSON.stringify(changed)}`,
    make([own]: Genuine) {
      const [header, , signature] = partsOf(own)
      return `${header}.${encode({ ...claimsOf(own), ...changed })}.${signature}`
    },
  })),
  // The same claims in another spelling.
  fc.constantFrom("=", " ", "\n", "A", ".", "\0").map((more) => ({
    how: `followed by ${JSON.stringify(more)}`,
    make: ([own]: Genuine) => own + more,
  })),
  fc
    .constantFrom<1 | 2>(1, 2)
    .map((of) => ({ how: `good, but of another field or person (${of})`, make: (genuine: Genuine) => genuine[of] })),
  fc.string({ unit: "binary", maxLength: 200 }).map((text) => ({ how: "any text", make: () => text })),
  fc
    .oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>({ length: 300, split: 1 }, { toString: "x" }, { slice: 1 }, [[[]]], 0, true),
    )
    .map((value) => ({ how: `JSON ${JSON.stringify(value)}`, make: () => value })),
  fc.constantFrom<1 | 3>(1, 3).map((depth) => ({
    how: `good, but in ${depth} lists with another`,
    make: ([own, other]: Genuine) => Array.from({ length: depth }).reduce<unknown>((held) => [held, other], own),
  })),
)

function call(ground: Ground, token: unknown): Promise<Outcome> {
  const body = Buffer.from(JSON.stringify({ title: "A title", upload: token }) ?? "")
  const headers = { "X-User": user, "Content-Type": "application/json", "Content-Length": body.length }
  return ground.ask(Buffer.concat([Buffer.from(head("POST", callPath, headers)), body]))
}

function submit(ground: Ground, token: string): Promise<Outcome> {
  const parts = [
    { name: "title", text: "A title" },
    { name: "_upload", text: token },
  ]
  return ground.ask(formRequest(formPath, parts, { "X-User": user }))
}

const discardAt = (ground: Ground, token: string) =>
  ground.ask(head("DELETE", uploadPath, { "X-User": user, "X-Sticky-Token": token }))

function expectRefusal(way: string, outcome: Outcome, expected: RegExp): void {
  if (!expected.test(nameOf(outcome))) throw new Error(`${way} answers ${nameOf(outcome)}`)
}

export const tokens: Fuzzer = {
  name: "tokens",
  property: onGround(
    forgery.map((each) => ({ ...each, [fc.toStringMethod]: () => each.how })),
    async (ground, { make }) => {
      const picture = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex")
      const genuine: Genuine = [
        await ground.upload(uploadPath, Buffer.from("mine"), user),
        await ground.upload(picturePath, picture, user),
        await ground.upload(uploadPath, Buffer.from("yours"), "ben"),
      ]
      const forged = make(genuine)
      if (forged !== genuine[0]) {
        // What is no text at all is no file; what is blank is a file that is missing.
        const asText =
          forged === "" ? /^400 file_required$/ : /^400 token_(malformed|tampered|wrong_target|wrong_subject)$/
        const asValue = /^400 (file_required|file_invalid|token_\w+|invalid_type)$/
        expectRefusal("tRPC", await call(ground, forged), typeof forged === "string" ? asText : asValue)
      }
      if (typeof forged === "string" && forged !== genuine[0]) {
        expectRefusal("the form", await submit(ground, forged), /^422 form_invalid$/)
        // A header has no room for the others, and loses the blanks around.
        const inHeader = forged.trim()
        if (/^[!-~]+$/.test(inHeader) && inHeader !== genuine[0])
          expectRefusal(
            "discard",
            await discardAt(ground, inHeader),
            /^422 token_(malformed|tampered|wrong_target|wrong_subject)$/,
          )
      }
      // None of it has done the good ones any harm.
      for (const [at, of] of [user, user, "ben"].entries())
        expectRefusal("a good discard", await ground.discard(genuine[at] as string, of), /^204$/)
    },
  ),
}
