import { CopyObjectCommand, UploadPartCopyCommand } from "@aws-sdk/client-s3"
import { answeredName, answeredStatus } from "./ask.js"
import { atOnce } from "./at-once.js"
import type { Limits } from "./limits.js"
import { multipart } from "./multipart.js"
import { newMark, type Objects } from "./objects.js"

const MiB = 1_048_576
// Parts of S3 are 5 GiB at most; smaller ones are copied side by side.
const copyPartBytes = 512 * MiB
const partsAtOnce = () => 4

/**
 * Has the store copy an object, on its own side.
 * @returns false when it cannot or may not.
 * @throws StickyError `storage_missing`, `storage_conflict`, `storage_failed`
 */
export async function copy(
  from: Objects,
  sourceKey: string,
  to: Objects,
  key: string,
  limits: Limits,
): Promise<boolean> {
  const source = from.at(sourceKey)
  const [found, taken] = await Promise.all([from.head(sourceKey, "copy"), to.head(key, "copy")])
  if (!found) throw from.missing(sourceKey)
  // Not every store heeds the conditions below.
  if (taken) throw to.conflict(key)
  const { ETag, ContentLength: size = 0 } = found
  const { SSECustomerAlgorithm, SSECustomerKey } = from.secret
  const of = {
    // Nothing in it needs escaping: our keys and prefixes are made of what stands for itself.
    CopySource: `${source.Bucket}/${source.Key}`,
    CopySourceIfMatch: ETag,
    ...(SSECustomerKey && {
      CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm,
      CopySourceSSECustomerKey: SSECustomerKey,
    }),
  }

  async function once(): Promise<void> {
    const mark = newMark()
    const tagging = to.options.object.Tagging === undefined ? {} : { TaggingDirective: "REPLACE" as const }
    const about = { ...to.at(key), ...to.about(mark), ...tagging, MetadataDirective: "REPLACE" as const }
    const command = new CopyObjectCommand({ ...about, ...of, IfNoneMatch: "*" })
    conditionForR2(command)
    await to.commit(key, mark, () => to.ask("copy", command, size))
  }

  async function inParts(): Promise<void> {
    const partBytes = Math.max(Math.min(copyPartBytes, limits.copyBytes), Math.ceil(size / limits.parts))
    const starts = Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => index * partBytes)
    await multipart(to, key, ({ where }) =>
      atOnce(partsAtOnce, starts, async (start, index) => {
        const end = Math.min(start + partBytes, size)
        const part = {
          ...where,
          ...to.secret,
          ...of,
          PartNumber: index + 1,
          CopySourceRange: `bytes=${start}-${end - 1}`,
        }
        const { CopyPartResult } = await to.ask("copy", new UploadPartCopyCommand(part), end - start)
        const { LastModified: _, ...completed } = CopyPartResult ?? {}
        return { PartNumber: index + 1, ...completed }
      }),
    )
  }

  try {
    await (size > limits.copyBytes ? inParts() : once())
    return true
  } catch (error) {
    if (answeredName(error) === "NoSuchKey") throw from.missing(sourceKey, error)
    if (isRefused(answeredStatus(error))) return false
    throw error
  }
}

/** Who may read the one and write the other need not be one who may copy; some stores do not copy at all. */
function isRefused(status = 0): boolean {
  return status === 501 || (status >= 300 && status < 500 && ![404, 409, 412].includes(status))
}

/** R2 has a header of its own for what S3 says with `If-None-Match`; no other store knows it. */
function conditionForR2({ middlewareStack }: CopyObjectCommand): void {
  middlewareStack.add(
    (next) => (args) => {
      // Sound: at this step there is a request, over HTTP.
      const { headers } = args.request as { headers: Record<string, string> }
      headers["cf-copy-destination-if-none-match"] = "*"
      return next(args)
    },
    { step: "build" },
  )
}

/** Whether one store can copy from the other at all: it is the same, by its region and address. */
export async function isSameStore(one: Objects, other: Objects): Promise<boolean> {
  // An access point is named otherwise where it is copied from.
  if ([one, other].some(({ options }) => options.bucket.startsWith("arn:"))) return false
  if (one.options.client === other.options.client) return true
  const [here, there] = await Promise.all([addressOf(one), addressOf(other)])
  return here === there
}

async function addressOf({ options: { client } }: Objects): Promise<string> {
  const { config } = client
  const endpoint = await config.endpoint?.()
  return JSON.stringify([await config.region(), endpoint?.protocol, endpoint?.hostname, endpoint?.port, endpoint?.path])
}
