import { TRPCClientError } from "@trpc/client"
import type { AppRouter } from "../router.js"

/** Messages by the name of their field; under `""` those of the form as a whole. */
export type FieldErrors = Record<string, string[]>

/** Reads from a failed call what a person can do about it. */
export function fieldErrorsOf(error: unknown): FieldErrors {
  if (!(error instanceof TRPCClientError)) console.error(error)
  const { cause, data } = error as Partial<TRPCClientError<AppRouter>>
  if (data?.fieldErrors) return data.fieldErrors
  // A file that the upload endpoint refused never reached the procedure; the link says whose file it was.
  const { path } = (cause ?? {}) as { path?: PropertyKey[] }
  if (path) return { [String(path[0])]: [(cause as Error).message] }
  if (data?.code === "UNAUTHORIZED")
    return { "": ["You are logged out. Log in again in another tab, then send this again."] }
  return { "": ["The server could not be reached, or it failed. Nothing is lost: please send this again."] }
}
