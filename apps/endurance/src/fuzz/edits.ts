import fc from "fast-check"

/** One change of a text of bytes; where it is done is told as a share of its length. */
export type Edit =
  | { kind: "flip"; at: number; mask: number }
  | { kind: "cut" | "repeat"; at: number; length: number }
  | { kind: "insert"; at: number; text: string }
  | { kind: "truncate"; at: number }

const at = fc.double({ min: 0, max: 1, noNaN: true })
const length = fc.integer({ min: 1, max: 200 })

// What readers of headers, of multipart and of HTTP stumble over.
const text = fc.oneof(
  fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "--",
    '"',
    "\\",
    ";",
    "=",
    ":",
    "\0",
    " ",
    "\t",
    "%0D%0A",
    "\ud83d\ude00",
  ),
  fc.constantFrom("; filename*=utf-8''a", '; name="other"', "Content-Transfer-Encoding: base64\r\n", "__proto__"),
  fc.string({ unit: "binary", maxLength: 10 }),
)

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at, mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constantFrom("cut" as const, "repeat" as const), at, length }),
  fc.record({ kind: fc.constant("insert" as const), at, text }),
  fc.record({ kind: fc.constant("truncate" as const), at }),
)

export const edits = fc.array(edit, { minLength: 1, maxLength: 4 })

function applyEdit(bytes: Buffer, edit: Edit): Buffer {
  const at = Math.floor(edit.at * bytes.length)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  if (edit.kind === "truncate") return before
  if (edit.kind === "insert") return Buffer.concat([before, Buffer.from(edit.text), after])
  if (edit.kind === "flip")
    return Buffer.concat([before, after.subarray(0, 1).map((byte) => byte ^ edit.mask), after.subarray(1)])
  const part = after.subarray(0, edit.length)
  return Buffer.concat(edit.kind === "cut" ? [before, after.subarray(edit.length)] : [before, part, after])
}

export const applyEdits = (bytes: Buffer, edits: readonly Edit[]): Buffer => edits.reduce(applyEdit, bytes)
