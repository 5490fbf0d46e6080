import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type MultipartUpload,
} from "@aws-sdk/client-s3"
import { isStickyError, type ListOptions, type StoredEntry } from "sticky-uploads"
import { checkedKey } from "sticky-uploads/server"
import { answeredStatus } from "./ask.js"
import { type Objects, timeOf } from "./objects.js"

/** Lists page by page; the next is asked for when one has been read. What is not ours is passed over. */
export async function* list(objects: Objects, { prefix = "", after }: ListOptions = {}): AsyncGenerator<StoredEntry> {
  const { bucket, prefix: folder } = objects.options
  const here = { Bucket: bucket, Prefix: folder + prefix, Delimiter: "/", StartAfter: after && folder + after }
  let next: string | undefined
  do {
    const page = await objects.ask("list", new ListObjectsV2Command({ ...here, ContinuationToken: next }))
    for (const { Key, Size = 0, LastModified } of page.Contents ?? []) {
      const key = ownKey(objects, Key)
      if (key !== undefined) yield { key, size: Size, modifiedAt: timeOf(LastModified) }
    }
    next = page.NextContinuationToken
  } while (next !== undefined)
}

/** Aborts the uploads of parts that were begun before; resolves to their number. */
export async function abortUnfinished(objects: Objects, before: number): Promise<number> {
  const { ask } = objects
  let aborted = 0
  for await (const { Key, UploadId, Initiated } of unfinished(objects)) {
    if (ownKey(objects, Key) === undefined || !Initiated || Initiated.getTime() >= before) continue
    const abort = new AbortMultipartUploadCommand({ Bucket: objects.options.bucket, Key, UploadId })
    try {
      await ask("sweep", abort)
      aborted += 1
    } catch (error) {
      // Another process that sweeps was first, or it was completed after all.
      if (answeredStatus(error) !== 404) throw error
    }
  }
  return aborted
}

async function* unfinished(objects: Objects): AsyncGenerator<MultipartUpload> {
  const here = { Bucket: objects.options.bucket, Prefix: objects.options.prefix, Delimiter: "/" }
  let next: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
  for (let isMore = true; isMore; ) {
    const page = await objects.ask("sweep", new ListMultipartUploadsCommand({ ...here, ...next }))
    yield* page.Uploads ?? []
    next = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    isMore = page.IsTruncated === true
  }
}

function ownKey({ options: { prefix } }: Objects, key = ""): string | undefined {
  try {
    return checkedKey(key.slice(prefix.length))
  } catch (error) {
    if (isStickyError(error, "key_invalid")) return undefined
    throw error
  }
}
