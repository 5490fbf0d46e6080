import { type CompletedPart, UploadPartCommand } from "@aws-sdk/client-s3"
import type { Storage } from "sticky-uploads"
import { storageFailed } from "./ask.js"
import { atOnce } from "./at-once.js"
import type { Limits } from "./limits.js"
import { multipart, type Upload } from "./multipart.js"
import type { Objects } from "./objects.js"
import { type Part, partsOf } from "./parts.js"
import { createPut } from "./put.js"
import { createShares } from "./shares.js"

/** Writes files: one that fits into a part with one request, a larger one part by part. */
export function createWrite(objects: Objects, limits: Limits): Storage["write"] {
  const { ask, options } = objects
  const put = createPut(objects)
  const takeShare = createShares()

  async function putPart(upload: Upload, { bytes }: Part, index: number): Promise<CompletedPart> {
    const PartNumber = index + 1
    const part = { ...upload.where, ...objects.secret, PartNumber, Body: bytes, ChecksumAlgorithm: upload.algorithm }
    const answer = await ask("write", new UploadPartCommand(part), bytes.length)
    const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = answer
    return { PartNumber, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 }
  }

  return async (key, source) => {
    objects.at(key)
    const { partBytes, name } = options
    const spare: Buffer[] = []
    const halt = new AbortController()
    const parts = partsOf(source, partBytes, spare, halt.signal)
    let size = 0
    try {
      const first = (await parts.next()).value as Part
      if (first.isLast) {
        await put(key, first.bytes)
        return { size: first.bytes.length }
      }
      const share = takeShare()
      const fill = (upload: Upload) => {
        const work = async (part: Part, index: number) => {
          if (index === limits.parts) throw storageFailed(name, "write", tooLarge(limits.parts, partBytes))
          const completed = await putPart(upload, part, index)
          size += part.bytes.length
          if (spare.length < share.parts()) spare.push(part.bytes)
          return completed
        }
        return atOnce(share.parts, startingWith(first, parts), work, halt)
      }
      await multipart(objects, key, fill).finally(share.giveBack)
      return { size }
    } finally {
      await parts.return()
    }
  }
}

async function* startingWith(first: Part, rest: AsyncIterable<Part>): AsyncGenerator<Part> {
  yield first
  yield* rest
}

const tooLarge = (parts: number, partBytes: number) =>
  new Error(`the file has more than ${parts} parts of ${partBytes} bytes; give larger partBytes`)
