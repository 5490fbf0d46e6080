import type { AttackAnswer } from "./answer.js"
import type { Outcome } from "./case.js"
import { body, boundary, fileHead, multipartType, part } from "./multipart.js"
import type { Wire } from "./wire.js"

/** What an answer says of a file that was taken, as far as it says it. */
export interface Taken {
  name?: string | undefined
  type?: string | undefined
  size?: number | undefined
}

/** The endpoint, as the cases see it. */
export interface Endpoint {
  /** The name of the part that brings the file. */
  part: string
  /** A file that it takes. */
  good: Buffer
  /** More bytes than this in a file are too many. */
  maxBytes: number
  path: string
  /** How long a connection is listened to. */
  patienceMs: number
  /** The connection ends with the case. */
  open(): Wire
  /** Writes the head of a request: who asks, then what the case adds. */
  head(lines: readonly string[], start?: string): string
  outcomeOf(answer: AttackAnswer | "closed" | "silence"): Outcome
}

/** What a request is made of beside its body. */
export interface RequestParts {
  /** @default that of the corpus; `null` leaves the header out */
  type?: string | null
  lines?: readonly string[]
  /** The request line. */
  start?: string
}

/** The bytes of a request with its length. */
export function request(
  endpoint: Endpoint,
  content: Uint8Array,
  { type, lines = [], start }: RequestParts = {},
): Buffer {
  const all = [
    ...(type === null ? [] : [`Content-Type: ${type ?? multipartType}`]),
    `Content-Length: ${content.length}`,
    ...lines,
  ]
  return Buffer.concat([Buffer.from(endpoint.head(all, start)), content])
}

/** Sends a request whole and says what came. */
export async function post(endpoint: Endpoint, content: Uint8Array, parts?: RequestParts): Promise<Outcome> {
  const wire = endpoint.open()
  await wire.send(request(endpoint, content, parts))
  return endpoint.outcomeOf(await wire.answer())
}

/** The part of a file that the endpoint takes. */
export const goodPart = ({ part: name, good }: Endpoint, filename = "good.png"): Buffer =>
  part(fileHead(name, filename, "image/png"), good)

export const goodBody = (endpoint: Endpoint, filename?: string): Buffer => body(goodPart(endpoint, filename))

/** The good body, up to where what is sought begins, and so many bytes into it. */
export function upTo(endpoint: Endpoint, sought: string | Uint8Array, more = 0): Buffer {
  const whole = goodBody(endpoint)
  return whole.subarray(0, whole.indexOf(sought) + more)
}

/** A line of a chunked body, with the bytes. */
export const chunk = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")])

export const closingLine = `\r\n--${boundary}--`

/** Has another upload done meanwhile, which says that what was sent before has been read; returns the files it left. */
export async function exchange(endpoint: Endpoint): Promise<number> {
  const { files = 0 } = await post(endpoint, goodBody(endpoint))
  return files
}
