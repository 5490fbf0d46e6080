import { type AttackCase, type AttackExpected, harmless, tooMuch, unreadable } from "../case.js"
import { type Endpoint, goodPart, post } from "../endpoint.js"
import { body, fileHead, part, textHead } from "../multipart.js"

type Head = (endpoint: Endpoint) => string | Uint8Array

/** A case that sends the good file behind a text part with this head. */
const before = (name: string, expected: readonly AttackExpected[], head: string | Uint8Array): AttackCase => ({
  name,
  expected,
  play: (endpoint) => post(endpoint, body(part(head, "hello"), goodPart(endpoint))),
})

/** A case whose only part has this head and the good file's bytes. */
const alone = (name: string, expected: readonly AttackExpected[], head: Head): AttackCase => ({
  name,
  expected,
  play: (endpoint) => post(endpoint, body(part(head(endpoint), endpoint.good))),
  check: ({ size }) => (size === 0 ? "takes it, and loses its bytes" : undefined),
})

const note = textHead("note")
const of =
  (lines: string): Head =>
  ({ part: name }) =>
    `${fileHead(name, "a.png")}\r\n${lines}`

/** Heads of parts: too long, too many, contradictory, or asking for what browsers never ask for. */
export const heads: readonly AttackCase[] = [
  before("a text in 7bit", harmless, `${note}\r\nContent-Transfer-Encoding: 7bit`),
  before("a text in 8bit", harmless, `${note}\r\nContent-Transfer-Encoding: 8bit`),
  before("a text in BASE64", harmless, `${note}\r\nContent-Transfer-Encoding: BASE64`),
  before("a text in an encoding that nobody knows", harmless, `${note}\r\nContent-Transfer-Encoding: x-secret`),
  before("a text in a charset that nobody knows", harmless, `${note}\r\nContent-Type: text/plain; charset=x-secret`),
  before("a text of a type that is none", harmless, `${note}\r\nContent-Type: /;;==,"`),
  before("a part without a head", harmless, ""),
  before("a part without a disposition", harmless, "Content-Type: image/png"),
  before("a part that is an attachment", harmless, 'Content-Disposition: attachment; name="note"'),
  before("a part without a name", harmless, "Content-Disposition: form-data"),
  before("a part whose quotes do not close", harmless, 'Content-Disposition: form-data; name="note'),
  before("a line without a colon", harmless, `${note}\r\nnonsense`),
  before("a NUL in a head", harmless, `${note}\r\nX-Nothing: a\0b`),
  before("a head of binary rubbish", harmless, Buffer.from(Array.from({ length: 120 }, (_, at) => 128 + at))),
  before("a head of 1 MiB", tooMuch, `${note}\r\nX-Long: ${"a".repeat(1_048_576)}`),
  before(
    "a head of 2000 lines",
    tooMuch,
    `${note}\r\n${Array.from({ length: 2000 }, (_, at) => `X-${at}: y`).join("\r\n")}`,
  ),
  before("2000 parameters", [...tooMuch], `${note}${Array.from({ length: 2000 }, (_, at) => `; p${at}=v`).join("")}`),
  alone("a file in base64", unreadable, of("Content-Transfer-Encoding: base64")),
  alone("two dispositions", unreadable, of('Content-Disposition: form-data; name="other"; filename="b.png"')),
  alone(
    "a file without a Content-Type",
    ["taken"],
    ({ part: name }) => `Content-Disposition: form-data; name="${name}"; filename="a.png"`,
  ),
  alone(
    "a folded line",
    harmless,
    ({ part: name }) =>
      `Content-Disposition: form-data;\r\n name="${name}";\r\n\tfilename="a.png"\r\nContent-Type: image/png`,
  ),
]
