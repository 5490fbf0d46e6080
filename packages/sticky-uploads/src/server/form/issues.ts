import { isStickyError } from "../../core/errors.js"

/** A fault of the input that a form can show. */
export interface FormIssue {
  /** Where it stands, or the form field's own name. */
  path: readonly PropertyKey[] | string
  message: string
  code?: string | undefined
}

interface IssueLike {
  path: readonly PropertyKey[]
  message: string
  params?: { code?: string }
}

/**
 * Reads from an error what a person can mend: the issues of a ZodError, whether thrown bare or as the cause of a tRPC
 * error, a refusal of ours, or the message of a tRPC error that is not an internal one. `undefined` for all else.
 */
export function issuesIn(error: unknown): FormIssue[] | undefined {
  if (!(error instanceof Error)) return undefined
  const { issues } = ("issues" in error ? error : (error.cause ?? {})) as { issues?: readonly IssueLike[] }
  if (Array.isArray(issues)) {
    return issues.map(({ path, message, params }) => ({
      path: path.length === 0 ? "" : path,
      message,
      code: params?.code,
    }))
  }
  if (isStickyError(error) && error.status < 500) {
    return [{ path: error.path ?? "", message: error.message, code: error.code }]
  }
  const isForPeople = error.name === "TRPCError" && "code" in error && error.code !== "INTERNAL_SERVER_ERROR"
  return isForPeople ? [{ path: "", message: error.message }] : undefined
}
