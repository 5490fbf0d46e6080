import { randomUUID } from "node:crypto"
import { HeadObjectCommand, type HeadObjectCommandOutput } from "@aws-sdk/client-s3"
import { english, StickyError } from "sticky-uploads"
import { checkedKey } from "sticky-uploads/server"
import { type Ask, answeredStatus, createAsk } from "./ask.js"
import type { ResolvedOptions } from "./options.js"

/** A storage's objects in its bucket: where they are, what they are told, and how they come to be. */
export interface Objects {
  readonly options: ResolvedOptions
  readonly ask: Ask
  /** @throws StickyError `key_invalid` */
  at(key: string): { Bucket: string; Key: string }
  /** The customer's key, which reading needs as well as writing. */
  readonly secret: { SSECustomerAlgorithm?: string; SSECustomerKey?: string }
  /** What is said of every new object; its mark is one write's own. */
  about(mark: string): ResolvedOptions["object"] & Objects["secret"] & { Metadata: Record<string, string> }
  head(key: string, operation: string): Promise<HeadObjectCommandOutput | undefined>
  /**
   * Sends the one request that makes an object visible. When its answer was lost, which a client that sends it again
   * takes for a conflict with itself, the object's mark tells whose it is.
   * @throws StickyError `storage_conflict`, `storage_failed`
   */
  commit(key: string, mark: string, request: () => Promise<unknown>): Promise<void>
  conflict(key: string, cause?: unknown): StickyError<"storage_conflict">
  missing(key: string, cause?: unknown): StickyError<"storage_missing">
}

/** When an object was written. One of unknown age is new: old ones are swept, and an old claim to a file is over. */
export const timeOf = (modified: Date | undefined): number => modified?.getTime() ?? Date.now()

export const newMark = (): string => randomUUID()

const markName = "sticky-write"

export function createObjects(options: ResolvedOptions): Objects {
  const { client, bucket, prefix, name, requestSeconds, object, customerKey } = options
  const ask = createAsk(client, name, requestSeconds)
  const secret = customerKey
    ? { SSECustomerAlgorithm: "AES256", SSECustomerKey: Buffer.from(customerKey).toString("base64") }
    : {}

  const objects: Objects = {
    options,
    ask,
    secret,
    at: (key) => ({ Bucket: bucket, Key: prefix + checkedKey(key) }),
    about: (mark) => ({ ...object, ...secret, Metadata: { [markName]: mark } }),
    async head(key, operation) {
      try {
        return await ask(operation, new HeadObjectCommand({ ...objects.at(key), ...secret }))
      } catch (error) {
        if (answeredStatus(error) === 404) return undefined
        throw error
      }
    },
    async commit(key, mark, request) {
      try {
        await request()
      } catch (error) {
        const found = await objects.head(key, "write").catch(() => undefined)
        if (found?.Metadata?.[markName] === mark) return
        throw found ? objects.conflict(key, error) : error
      }
    },
    conflict(key, cause) {
      const details = { storage: name, key }
      return new StickyError("storage_conflict", details, english.storage_conflict(details), { cause })
    },
    missing(key, cause) {
      const details = { storage: name, key }
      return new StickyError("storage_missing", details, english.storage_missing(details), { cause })
    },
  }
  return objects
}
