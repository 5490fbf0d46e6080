import fc from "fast-check"
import { formPath, uploadPath } from "../site/places.js"
import { jsonOf } from "../wire/answer.js"
import { formRequest, type PartToSend } from "../wire/request.js"
import { type Fuzzer, onGround } from "./fuzzer.js"
import { expectOutcome, person } from "./ground.js"

const segment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("title", "upload", "attachments", "items", "address", "photo", "label", "tags"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("__proto__", "constructor", "prototype", "hasOwnProperty", "toString", "call"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("length", "then", "toJSON", "0", "1", "1000", "5000000", "-1", "1e9", "NaN", ""),
  },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 10 }) },
)
const joint = fc.constantFrom(".", ".", "[", "]", "].", "][", "[]", "..", "_", "-clear", "")

/** Names of the form's own fields, and whatever is made of the same pieces. */
const name = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...["title", "upload", "_upload", "upload-clear", "attachments", "_attachments", "attachments[0]", "tags"],
      ...["items[0].label", "items[0].photo", "_items[0].photo", "items.0.label", "address.street", "address.photo"],
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.tuple(segment, joint), { minLength: 1, maxLength: 6 })
      .map((pieces) => pieces.flat().join("").replace(/\.$/, "")),
  },
  { weight: 1, arbitrary: fc.tuple(segment, fc.nat({ max: 1100 })).map(([of, at]) => `${of}[${at}]`) },
)

const value = fc.oneof(
  fc.constantFrom("", "A title", "on", "0", "null", "[object Object]", "__proto__", "{}", "a.b.c", "\0"),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.nat({ max: 50_000 }).map((count) => "x".repeat(count)),
)

/** `"token"` stands for a good one, which is only known when it is tried. */
const part = fc.oneof(
  { weight: 4, arbitrary: fc.record({ name, text: value }) },
  { weight: 1, arbitrary: fc.record({ name, text: fc.constant("token" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      name,
      filename: fc.oneof(fc.constantFrom("a.png", "", "../a"), fc.string({ unit: "grapheme", maxLength: 20 })),
      bytes: fc.uint8Array({ maxLength: 60 }),
    }),
  },
)

const outcomes = new Set([
  "200",
  "422 form_invalid",
  "400 field_name_refused",
  "400 too_many_files",
  "400 multipart_malformed",
  "413 multipart_limit",
])

const plainTexts = new Set(["title", "tags", "address.street", "items[0].label"])

/** What a person typed is on the page that is shown again. */
function expectKept(parts: readonly PartToSend[], values: Record<string, string | string[]>): void {
  for (const part of parts) {
    if (!("text" in part) || !plainTexts.has(part.name)) continue
    if (![values[part.name]].flat().includes(part.text)) throw new Error(`${part.name} lost what was typed`)
  }
}

export const fields: Fuzzer = {
  name: "form fields",
  property: onGround(fc.array(part, { maxLength: 12 }), async (ground, drawn) => {
    const token = await ground.upload(uploadPath, Buffer.from("a file"), person["X-User"])
    const parts: PartToSend[] = drawn.map((each) =>
      "text" in each && each.text === "token" ? { ...each, text: token } : each,
    )
    const outcome = await ground.ask(formRequest(formPath, parts, person))
    expectOutcome(outcome, outcomes)
    const said = typeof outcome === "string" ? {} : jsonOf(outcome)
    if (said.code === "form_invalid") {
      expectKept(parts, said.values as Record<string, string | string[]>)
      for (const { token } of Object.values(said.files as Record<string, { token: string }[]>).flat())
        await ground.discard(token, person["X-User"])
    }
    // Whatever became of the form, its file is used or can be discarded.
    await ground.discard(token, person["X-User"])
  }),
}
