import { formPath, maxBytes, picturePath, uploadPath } from "../site/places.js"
import { chunk, formRequest, head, multipart, multipartType } from "../wire/request.js"
import type { Visitor } from "./visitor.js"

type Headers = Readonly<Record<string, string>>

interface Wrong {
  what: string
  request: (headers: Headers) => Uint8Array | string
  expected: readonly string[]
}

const file = { name: "upload", filename: "a file.bin", bytes: Buffer.from("some bytes") }
const title = { name: "title", text: "A title" }
const tooLarge = Buffer.alloc(maxBytes + 200_000, "0123456789")

const uploadOf = (headers: Headers) => formRequest(uploadPath, [file], headers)

function raw(path: string, body: string, headers: Headers): string {
  return (
    head("POST", path, { "Content-Type": multipartType, ...headers, "Content-Length": Buffer.byteLength(body) }) + body
  )
}

function chunked(headers: Headers, body: Buffer): Buffer {
  const all = { ...headers, "Content-Type": multipartType, "Transfer-Encoding": "chunked" }
  return Buffer.concat([Buffer.from(head("POST", uploadPath, all)), chunk(body), chunk(Buffer.alloc(0))])
}

const whole = multipart([file]).toString("latin1")
const malformed = [
  "nonsense",
  whole.slice(0, -6),
  whole.slice(0, 60),
  whole.replace("\r\n\r\n", "\r\n"),
  `${whole.slice(0, 29)}x`,
]

const wrongs: readonly [Wrong, ...Wrong[]] = [
  {
    what: "an unknown field",
    request: (headers) => formRequest("/sticky/submission.create/nothing", [file], headers),
    expected: ["404 target_unknown"],
  },
  {
    what: "another site's page",
    request: (headers) => uploadOf({ ...headers, "Sec-Fetch-Site": "cross-site", Origin: "https://elsewhere.example" }),
    expected: ["403 origin_refused"],
  },
  { what: "a stranger", request: () => uploadOf({}), expected: ["403 upload_forbidden"] },
  { what: "PUT", request: (headers) => head("PUT", uploadPath, headers), expected: ["405 method_not_allowed"] },
  {
    what: "JSON",
    request: (headers) => raw(uploadPath, "{}", { ...headers, "Content-Type": "application/json" }),
    expected: ["415 content_type_unsupported"],
  },
  {
    what: "a compressed body",
    request: (headers) => raw(uploadPath, whole, { ...headers, "Content-Encoding": "gzip" }),
    expected: ["415 content_type_unsupported"],
  },
  {
    what: "no boundary",
    request: (headers) => raw(uploadPath, whole, { ...headers, "Content-Type": "multipart/form-data" }),
    expected: ["400 multipart_malformed"],
  },
  {
    what: "a declared length that is too large",
    request: (headers) =>
      head("POST", uploadPath, { ...headers, "Content-Type": multipartType, "Content-Length": 5e7 }),
    expected: ["413 body_too_large"],
  },
  {
    what: "a file that is too large",
    request: (headers) => chunked(headers, multipart([{ ...file, bytes: tooLarge }])),
    // Whichever is seen first: how long the body is, or the file.
    expected: ["200 file_too_large", "413 multipart_limit"],
  },
  {
    what: "an empty file",
    request: (headers) => formRequest(uploadPath, [{ ...file, bytes: Buffer.alloc(0) }], headers),
    expected: ["200 file_empty"],
  },
  {
    what: "text where a picture should be",
    request: (headers) => formRequest(picturePath, [file], headers),
    expected: ["200 file_type_refused"],
  },
  {
    what: "no file",
    request: (headers) => formRequest(uploadPath, [title], headers),
    expected: ["400 upload_missing"],
  },
  ...malformed.map((body, at) => ({
    what: `a malformed body (${at + 1})`,
    request: (headers: Headers) => raw(uploadPath, body, headers),
    expected: ["400 multipart_malformed"],
  })),
  {
    what: "60 parts",
    request: (headers) =>
      formRequest(
        uploadPath,
        Array.from({ length: 60 }, () => title),
        headers,
      ),
    expected: ["413 multipart_limit"],
  },
  {
    what: "a part's header of 20 kB",
    request: (headers) => raw(uploadPath, whole.replace("form-data", `form-data; x=${"y".repeat(20_000)}`), headers),
    expected: ["413 multipart_limit"],
  },
  {
    what: "a field that would reach a prototype",
    request: (headers) => formRequest(formPath, [title, file, { name: "hasOwnProperty.call", text: "x" }], headers),
    expected: ["400 field_name_refused"],
  },
  {
    what: "a form with a made-up token",
    request: (headers) => formRequest(formPath, [title, { name: "_upload", text: "a".repeat(100) }], headers),
    expected: ["422 form_invalid"],
  },
  {
    what: "a form without its file",
    request: (headers) => formRequest(formPath, [title], headers),
    expected: ["422 form_invalid"],
  },
  {
    what: "25 files in a form",
    request: (headers) =>
      formRequest(formPath, [title, ...Array.from({ length: 25 }, () => ({ ...file, name: "attachments" }))], headers),
    expected: ["400 too_many_files"],
  },
  {
    what: "a made-up token to discard",
    request: (headers) => head("DELETE", uploadPath, { ...headers, "X-Sticky-Token": "a.b.c" }),
    expected: ["422 token_malformed"],
  },
  { what: "no HTTP", request: () => "nonsense\r\n\r\n", expected: ["400"] },
  {
    what: "two lengths",
    request: (headers) =>
      raw(uploadPath, whole, headers).replace("Content-Length", "Content-Length: 5\r\nContent-Length"),
    expected: ["400"],
  },
]

/** Somebody who asks for what is refused, and reads the answer. */
export async function visitWrongly(visitor: Visitor): Promise<void> {
  const { what, request, expected } = visitor.random.pick(wrongs)
  await visitor.ask(what, request(visitor.headers), expected)
}
