import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
} from "@aws-sdk/client-s3"
import { answeredStatus } from "./ask.js"
import { newMark, type Objects } from "./objects.js"

/** An upload of parts under way. */
export interface Upload {
  where: { Bucket: string; Key: string; UploadId: string }
  algorithm: "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256" | undefined
}

/**
 * Makes an object of parts. Whatever fails, the upload is aborted, once no part is under way any more: a part that comes
 * after would stay, and be paid for.
 * @throws StickyError `storage_conflict`, `storage_failed`; what `fill` throws.
 */
export async function multipart(
  objects: Objects,
  key: string,
  fill: (upload: Upload) => Promise<CompletedPart[]>,
): Promise<void> {
  const { ask } = objects
  const mark = newMark()
  const algorithm = await checksumOf(objects)
  const where = await begin(objects, key, mark, algorithm)
  try {
    const Parts = await fill({ where, algorithm })
    // Of the stores that take the condition below not all heed it.
    if (await objects.head(key, "write")) throw objects.conflict(key)
    const complete = { ...where, ...objects.secret, IfNoneMatch: "*", MultipartUpload: { Parts } }
    await objects.commit(key, mark, () => ask("write", new CompleteMultipartUploadCommand(complete)))
  } catch (error) {
    await ask("write", new AbortMultipartUploadCommand(where)).catch(() => undefined)
    throw error
  }
}

async function begin(objects: Objects, key: string, mark: string, algorithm: Upload["algorithm"]) {
  const at = objects.at(key)
  const create = new CreateMultipartUploadCommand({ ...at, ...objects.about(mark), ChecksumAlgorithm: algorithm })
  try {
    const { UploadId = "", $metadata } = await objects.ask("write", create)
    const where = { ...at, UploadId }
    // An answer that was lost leaves an upload whose name nobody heard.
    if (($metadata.attempts ?? 1) > 1) await abortOthers(objects, where).catch(() => undefined)
    return where
  } catch (error) {
    if ((answeredStatus(error) ?? 500) >= 500) await abortOthers(objects, at).catch(() => undefined)
    throw error
  }
}

/** Keys are new and our own: of uploads under one key, only the last that was begun has anybody who knows of it. */
async function abortOthers(
  { ask }: Objects,
  { Bucket, Key, UploadId }: { Bucket: string; Key: string; UploadId?: string },
) {
  const { Uploads = [] } = await ask("write", new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
  for (const other of Uploads) {
    if (other.Key !== Key || other.UploadId === UploadId) continue
    await ask("write", new AbortMultipartUploadCommand({ Bucket, Key, UploadId: other.UploadId }))
  }
}

/** Which checksum the client will send with each part: an upload has to say so before. */
async function checksumOf({ options: { client, object } }: Objects): Promise<Upload["algorithm"]> {
  const chosen = object.ChecksumAlgorithm as Upload["algorithm"]
  return chosen ?? ((await client.config.requestChecksumCalculation()) === "WHEN_SUPPORTED" ? "CRC32" : undefined)
}
