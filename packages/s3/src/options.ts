import type { PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3"

/**
 * What a store is told of each object that is written or copied, by S3's own names: encryption, checksums, class, tags.
 * What of it a part has to repeat is repeated.
 */
export type S3ObjectParameters = Pick<
  PutObjectCommandInput,
  | "ACL"
  | "BucketKeyEnabled"
  | "CacheControl"
  | "ChecksumAlgorithm"
  | "ServerSideEncryption"
  | "SSEKMSEncryptionContext"
  | "SSEKMSKeyId"
  | "StorageClass"
  | "Tagging"
>

export interface S3StorageOptions {
  /** Yours: its region, credentials, endpoint and sockets are not touched, and you destroy it. */
  client: S3Client
  /** Its name, or the ARN of an access point. */
  bucket: string
  /**
   * What every key begins with in the bucket: empty, or folders that end with `/`, such as `staged/`. Nothing outside of
   * it is read, listed or removed, nor anything in folders below it.
   * @default ""
   */
  prefix?: string
  /** How logs and `Stored` call it. @default "s3" */
  name?: string
  /**
   * How long one request may take with the client's retries, and how long a download may stand still; a request that
   * carries or copies bytes gets a second more for each mebibyte. Then it is ended and fails, whatever the client's own
   * timeouts say.
   * @default 60
   */
  requestSeconds?: number
  /**
   * How large the parts are that larger files are sent in; smaller files take one request. A file has 10,000 parts at
   * most: these decide how large it may be, and five of them how much memory one upload takes.
   * @default 8_388_608 (8 MiB, for files of up to 84 GB)
   */
  partBytes?: number
  /** What the store is told of each object. Nothing by default: the bucket's own settings apply. */
  object?: S3ObjectParameters
  /** The 32 bytes of a key of yours (SSE-C) that the store encrypts with, forgets, and needs again for each reading. */
  customerKey?: Uint8Array
}

export interface ResolvedOptions {
  readonly client: S3Client
  readonly bucket: string
  readonly prefix: string
  readonly name: string
  readonly requestSeconds: number
  readonly partBytes: number
  readonly object: S3ObjectParameters
  readonly customerKey: Uint8Array | undefined
}

const MiB = 1_048_576
// Neither a part nor an object that is copied at once may be larger.
const mostBytes = 5120 * MiB

function refuse(sentence: string): never {
  throw new TypeError(`@sticky-uploads/s3: ${sentence}`)
}

/** Checks where a storage or its rules are: what both are told. */
export function resolvePlace({ client, bucket, prefix = "" }: Pick<S3StorageOptions, "client" | "bucket" | "prefix">) {
  if (typeof client?.send !== "function") refuse("client is not an S3Client")
  if (typeof bucket !== "string" || bucket === "") refuse("bucket is empty; give the name of one that exists")
  if (typeof prefix !== "string" || !/^([A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/.test(prefix)) {
    refuse(`prefix is "${prefix}"; give folders that end with a slash, such as "staged/", or nothing`)
  }
  if (prefix.length > 800) refuse("prefix is of more than 800 characters; with a key, S3 takes 1,024")
  return { client, bucket, prefix }
}

export function resolveOptions(options: S3StorageOptions): ResolvedOptions {
  const { name = "s3", requestSeconds = 60, partBytes = 8 * MiB, object = {}, customerKey } = options ?? {}
  if (typeof name !== "string" || name === "") refuse("name is empty")
  if (!(requestSeconds > 0 && requestSeconds <= 86_400)) {
    refuse(`requestSeconds is ${requestSeconds}; give a number of seconds over 0, and no more than a day's`)
  }
  if (!Number.isInteger(partBytes) || partBytes < 5 * MiB || partBytes > mostBytes) {
    refuse(`partBytes is ${partBytes}; S3 takes parts of ${5 * MiB} (5 MiB) to ${mostBytes} bytes (5 GiB)`)
  }
  if (customerKey !== undefined && customerKey.length !== 32) refuse("customerKey is not of 32 bytes")
  return { ...resolvePlace(options ?? {}), name, requestSeconds, partBytes, object, customerKey }
}
