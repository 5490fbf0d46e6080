import { isDeepStrictEqual } from "node:util"
import {
  GetBucketLifecycleConfigurationCommand,
  type GetBucketLifecycleConfigurationCommandOutput,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
} from "@aws-sdk/client-s3"
import { type Ask, answeredName, createAsk } from "./ask.js"
import { resolvePlace, type S3StorageOptions } from "./options.js"

export interface S3LifecycleOptions extends Pick<S3StorageOptions, "client" | "bucket" | "prefix"> {
  /** The `name` of the sticky whose staged files wait here, if it has one. */
  stickyName?: string
  /** When staged files are removed, in days; longer than tokens live. `null` where no files are staged. @default 2 */
  stagedDays?: number | null
  /** When uploads of parts that nobody finished are aborted, in days. `null` where the store has no such rule. @default 2 */
  unfinishedDays?: number | null
}

/**
 * Gives a bucket the rules by which it removes what a crash left, also when no sweeper runs. Its other rules stay. Run it
 * when you deploy, as somebody who may; run again it changes nothing.
 * @returns whether anything had to be changed.
 * @throws StickyError `storage_failed`
 */
export async function applyS3Lifecycle(options: S3LifecycleOptions): Promise<boolean> {
  const { client, bucket: Bucket, prefix } = resolvePlace(options)
  const rules = rulesOf({ ...options, prefix })
  const ask = createAsk(client, "s3", 60)
  const { Rules: known = [], TransitionDefaultMinimumObjectSize } = await rulesAt(ask, Bucket)
  if (rules.every((rule) => known.some((other) => says(other, rule)))) return false
  const others = known.filter(({ ID }) => !rules.some((rule) => rule.ID === ID))
  const LifecycleConfiguration = { Rules: [...others, ...rules] }
  const put = { Bucket, LifecycleConfiguration, TransitionDefaultMinimumObjectSize }
  await ask("lifecycle", new PutBucketLifecycleConfigurationCommand(put))
  return true
}

async function rulesAt(ask: Ask, Bucket: string): Promise<Partial<GetBucketLifecycleConfigurationCommandOutput>> {
  try {
    return await ask("lifecycle", new GetBucketLifecycleConfigurationCommand({ Bucket }))
  } catch (error) {
    if (answeredName(error) === "NoSuchLifecycleConfiguration") return {}
    throw error
  }
}

/** Stores give rules back in their own way: with fields of their own beside, and without an empty prefix. */
function says(known: LifecycleRule, { Filter, ...rule }: LifecycleRule): boolean {
  const isHere = (known.Filter?.Prefix ?? known.Prefix ?? "") === Filter?.Prefix
  const fields = Object.keys(rule) as (keyof typeof rule)[]
  return isHere && fields.every((field) => isDeepStrictEqual(known[field], rule[field]))
}

function rulesOf(options: S3LifecycleOptions & { prefix: string }): LifecycleRule[] {
  const { prefix, stickyName, stagedDays = 2, unfinishedDays = 2 } = options
  for (const [name, days] of Object.entries({ stagedDays, unfinishedDays })) {
    if (days !== null && !(Number.isInteger(days) && days > 0)) {
      throw new TypeError(`@sticky-uploads/s3: ${name} is ${days}; a bucket counts in whole days, from 1 on`)
    }
  }
  const staged = `${prefix}${stickyName === undefined ? "staged." : `staged-${stickyName}.`}`
  const rules: LifecycleRule[] = []
  if (stagedDays !== null) rules.push(ruleOf("staged", staged, { Expiration: { Days: stagedDays } }))
  if (unfinishedDays !== null) {
    const abort = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: unfinishedDays } }
    rules.push(ruleOf("unfinished", prefix, abort))
  }
  return rules
}

function ruleOf(id: string, Prefix: string, does: Partial<LifecycleRule>): LifecycleRule {
  return { ID: `sticky-uploads ${id} ${Prefix}`.trim(), Status: "Enabled", Filter: { Prefix }, ...does }
}
