import { type AttackCase, type AttackExpected, harmless, unreadable } from "../case.js"
import { type Endpoint, exchange, post, type Taken } from "../endpoint.js"
import { body, fileHead, multipartType, part } from "../multipart.js"

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const unsafe = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069/\\]|^\.{0,2}$/u

/** A name as a terminal and a page may show it. */
function shown(name: string): string {
  const start = name.length > 24 ? `${name.slice(0, 24)}…` : name
  return JSON.stringify(start).replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  })
}

/** What is wrong with a name that an app may show, log and put into a header. */
function unsafeName({ name }: Taken): string | undefined {
  if (name === undefined) return undefined
  if (unsafe.test(name)) return `says its name is ${shown(name)}`
  return Buffer.byteLength(name) > 255 ? `says a name of ${Buffer.byteLength(name)} bytes` : undefined
}

const filenames: [string, string][] = [
  ["a way up", "../../evil-file.png"],
  ["a way up in the words of Windows", "..\\..\\evil-file.png"],
  ["a way from the root", "/etc/evil-file.png"],
  ["a drive", "C:\\evil-file.png"],
  ["a NUL", "evil-file.png\0.txt"],
  ["a NUL in disguise", "evil-file.png%00.txt"],
  ["a line break in disguise", "evil-file%0D%0ASet-Cookie: a=b.png"],
  ["text that turns around", "evil-file\u202egnp.exe"],
  ["text that is isolated", "evil-file\u2066.png\u2069"],
  ["a control character", "evil-file\u001b[2J.png"],
  ["a device of Windows", "CON.png"],
  ["two dots", ".."],
  ["one dot", "."],
  ["a hidden file", ".htaccess-evil-file"],
  ["a trailing dot", "evil-file.png."],
  ["5000 characters", `evil-file${"a".repeat(5000)}.png`],
  ["200 characters of four bytes", `evil-file${"😀".repeat(200)}.png`],
  ["a word of prototypes", "__proto__"],
  ["markup", "<script>evil-file</script>.png"],
]

/** A whole Content-Disposition, and what its reader must not make of it. */
const dispositions: [string, (name: string) => string, readonly AttackExpected[], RegExp?][] = [
  ["a file name that names another field", (name) => `filename="a; name=evil-file; b.png"; name="${name}"`, ["taken"]],
  [
    "a file name that names the file's field",
    (name) => `filename="a; name=${name}; b.png"; name="evil-file"`,
    unreadable,
  ],
  [
    "a quoted pair that ends a name early",
    (name) => `name="evil-file\\"; name="${name}"; filename="a.png"`,
    unreadable,
  ],
  ["quoted pairs", (name) => `name="${name}"; filename="an \\"evil-file\\" one.png"`, harmless, /evil-file.*one\.png$/],
  ["two names", (name) => `name="${name}"; name="other"; filename="evil-file.png"`, unreadable],
  ["two file names", (name) => `name="${name}"; filename="a.png"; filename="evil-file.png"`, unreadable],
  [
    "two ways to say a name",
    (name) => `name="${name}"; filename="a.png"; filename*=UTF-8''..%2Fevil-file.png`,
    harmless,
  ],
  [
    "a name in a charset that nobody knows",
    (name) => `name="${name}"; filename="a.png"; filename*=x-secret''%FF`,
    harmless,
  ],
  [
    "a name that is not percent-encoded",
    (name) => `name="${name}"; filename="a.png"; filename*=UTF-8''%E4%zz`,
    harmless,
  ],
  ["a name in pieces", (name) => `name="${name}"; filename*0="../"; filename*1="evil-file.png"`, harmless],
  ["a file name without quotes", (name) => `name="${name}"; filename=evil-file.png`, ["taken"]],
  ["quotes that do not close", (name) => `name="${name}"; filename="evil-file.png`, unreadable],
]

const latin1 = (endpoint: Endpoint) =>
  Buffer.from(fileHead(endpoint.part, "evil-file-\xff\xfe.png", "image/png"), "latin1")

/** Names of files: paths, controls, names that no disk should see, and headers that two readers read differently. */
export const names: readonly AttackCase[] = [
  ...filenames.map(
    ([what, filename]): AttackCase => ({
      name: `a file name: ${what}`,
      expected: harmless,
      play: (endpoint) => post(endpoint, body(part(fileHead(endpoint.part, filename, "image/png"), endpoint.good))),
      check: unsafeName,
    }),
  ),
  {
    name: "a file name: bytes that are no UTF-8",
    expected: harmless,
    play: (endpoint) => post(endpoint, body(part(latin1(endpoint), endpoint.good))),
    check: unsafeName,
  },
  {
    name: "a file name: a character that is cut between two packets",
    expected: ["taken"],
    async play(endpoint) {
      const wire = endpoint.open()
      const head = fileHead(endpoint.part, "a-😀.png", "image/png")
      const content = body(part(head, endpoint.good))
      const at = content.indexOf("😀") + 2
      const lines = [`Content-Type: ${multipartType}`, `Content-Length: ${content.length}`]
      await wire.send(Buffer.concat([Buffer.from(endpoint.head(lines)), content.subarray(0, at)]))
      const files = await exchange(endpoint)
      await wire.send(content.subarray(at))
      const outcome = endpoint.outcomeOf(await wire.answer())
      return { ...outcome, files: files + (outcome.files ?? 0) }
    },
    check: ({ name }) => (name === undefined || name.includes("😀") ? undefined : `says its name is ${shown(name)}`),
  },
  ...dispositions.map(
    ([what, write, expected, like]): AttackCase => ({
      name: `a disposition: ${what}`,
      expected,
      play: (endpoint) =>
        post(
          endpoint,
          body(
            part(`Content-Disposition: form-data; ${write(endpoint.part)}\r\nContent-Type: image/png`, endpoint.good),
          ),
        ),
      check: (taken) =>
        unsafeName(taken) ??
        (like && taken.name !== undefined && !like.test(taken.name)
          ? `says its name is ${shown(taken.name)}`
          : undefined),
    }),
  ),
]
