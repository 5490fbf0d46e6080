import type {
  $Command,
  S3Client,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from "@aws-sdk/client-s3"
import { english, isStickyError, StickyError } from "sticky-uploads"

/**
 * Sends one command and gives its answer.
 * @param bytes how many it carries or has copied.
 * @throws StickyError `storage_failed`, with what the client threw as its cause.
 */
export type Ask = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  operation: string,
  command: $Command<Input, Output, S3ClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>,
  bytes?: number,
) => Promise<Output>

export function storageFailed(storage: string, operation: string, cause: unknown): StickyError<"storage_failed"> {
  const details = { storage, operation }
  return new StickyError("storage_failed", details, english.storage_failed(details), { cause })
}

/**
 * Sends commands that end in time. The client's own timeouts do not make sure of that: `requestTimeout` only warns, and
 * nothing limits retries, or credentials that are waited for.
 */
export function createAsk(client: S3Client, storage: string, requestSeconds: number): Ask {
  return async (operation, command, bytes = 0) => {
    const seconds = requestSeconds + Math.round(bytes / 1_048_576)
    const controller = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => {
        const cause = new Error(`S3 did not answer within ${seconds} s`)
        reject(cause)
        controller.abort(cause)
      }
      timer = setTimeout(giveUp, seconds * 1000).unref()
    })
    try {
      return await Promise.race([client.send(command, { abortSignal: controller.signal }), late])
    } catch (cause) {
      throw storageFailed(storage, operation, cause)
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Tells what a store answered a failed command: its HTTP status, `undefined` where there was no answer. */
export function answeredStatus(error: unknown): number | undefined {
  const { $metadata } = causeOf(error)
  return $metadata?.httpStatusCode
}

/** Tells the store's own name of a failure, such as `NoSuchKey`. */
export const answeredName = (error: unknown): string | undefined => causeOf(error).name

function causeOf(error: unknown): { name?: string; $metadata?: { httpStatusCode?: number } } {
  return isStickyError(error, "storage_failed") && error.cause instanceof Error ? error.cause : {}
}
