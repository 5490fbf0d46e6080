import { randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32, deflateSync } from "node:zlib"

/** The files that a person picks, by their paths. */
export interface Files {
  readonly portrait: string
  readonly portraitBytes: Buffer
  readonly landscape: string
  /** What no field takes. */
  readonly notes: string
  remove(): Promise<void>
}

function chunk(type: string, data: Buffer): Buffer {
  const [length, named, sum] = [Buffer.alloc(4), Buffer.concat([Buffer.from(type), data]), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** A real picture, of noise: 300 × 300 pixels, which no compression makes smaller than 90 kB. */
function picture(): Buffer {
  const edge = 300
  const header = Buffer.alloc(13)
  header.writeUInt32BE(edge, 0)
  header.writeUInt32BE(edge, 4)
  header[8] = 8 // bits of one grey
  // Each row begins with the number of its filter: none.
  const rows = Array.from({ length: edge }, () => Buffer.concat([Buffer.alloc(1), randomBytes(edge)]))
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ])
}

/** Writes the files of a journey into a directory of their own. */
export async function createFiles(): Promise<Files> {
  const directory = await mkdtemp(join(tmpdir(), "sticky-journey-"))
  const at = (name: string) => join(directory, name)
  const files = { portrait: at("portrait.png"), landscape: at("landscape.png"), notes: at("notes.txt") }
  const portraitBytes = picture()
  await writeFile(files.portrait, portraitBytes)
  await writeFile(files.landscape, picture())
  await writeFile(files.notes, "no picture")
  return { ...files, portraitBytes, remove: () => rm(directory, { recursive: true }) }
}
