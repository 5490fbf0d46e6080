import { createCipheriv } from "node:crypto"

export const bodyKinds = ["random", "csv", "near-boundary", "carriage-returns"] as const

/** What a file is full of: what readers of multipart find easy, usual, and hard. */
export type BodyKind = (typeof bodyKinds)[number]

/** As long as a browser's, and as it would write one. */
export const boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gWq"

const MiB = 1_048_576
const blockBytes = 8 * MiB

/** The same bytes in every run, with nothing in them to compress or to find. */
function random(bytes: number): Buffer {
  return createCipheriv("aes-256-ctr", Buffer.alloc(32, 7), Buffer.alloc(16)).update(Buffer.alloc(bytes))
}

function csv(bytes: number): Buffer {
  const rows = ["id,name,city,amount,note\r\n"]
  for (let [row, length] = [1, 0]; length < bytes; row += 1) {
    const amount = ((row * 7919) % 1_000_000) / 100
    const line = `${row},"Person ${row % 977}",Grenoble,${amount.toFixed(2)},"said ""yes"", and left"\r\n`
    rows.push(line)
    length += line.length
  }
  return Buffer.from(rows.join("")).subarray(0, bytes)
}

const blocks: Record<BodyKind, (bytes: number) => Buffer> = {
  random,
  csv,
  // All of the delimiter but its last byte, again and again.
  "near-boundary": (bytes) => Buffer.alloc(bytes, `\r\n--${boundary.slice(0, -1)}`),
  "carriage-returns": (bytes) => Buffer.alloc(bytes, "\r"),
}

/** A file's content in pieces of at most 1 MiB: views of one block of 8 MiB that comes again and again. */
export function contentOf(kind: BodyKind, bytes: number): Buffer[] {
  const block = blocks[kind](Math.min(bytes, blockBytes))
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes; at += MiB) {
    const from = at % blockBytes
    pieces.push(block.subarray(from, from + Math.min(MiB, bytes - at)))
  }
  return pieces
}
