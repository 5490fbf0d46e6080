import { isStickyError, type Refusal, statusOf } from "../../core/errors.js"
import { messageOf } from "../../core/messages.js"
import type { Say } from "../words.js"

/** A fault of the input that a form can show. */
export interface FormIssue {
  path: readonly PropertyKey[]
  message: string
  code?: string | undefined
}

interface IssueLike {
  path: readonly PropertyKey[]
  message: string
  params?: Refusal
}

/** An issue's own message; where that is the one of ours that a schema gives by itself, in the person's words. */
function said({ message, params }: IssueLike, say: Say): string {
  if (params === undefined || !Object.hasOwn(statusOf, params.code)) return message
  return message === messageOf(params) ? say(params) : message
}

/**
 * Reads from an error what a person can mend: the issues of a ZodError, whether thrown bare or as the cause of a tRPC
 * error, a refusal of ours, or the message of a tRPC error. `undefined` for all else: what a procedure threw that is no
 * TRPCError reaches us as an internal one, and the issues it may carry are not the form's.
 */
export function issuesIn(error: unknown, say: Say): FormIssue[] | undefined {
  if (!(error instanceof Error)) return undefined
  const isOfTrpc = error.name === "TRPCError" && "code" in error
  if (isOfTrpc && error.code === "INTERNAL_SERVER_ERROR") return undefined
  const { issues } = ("issues" in error ? error : isOfTrpc ? (error.cause ?? {}) : {}) as {
    issues?: readonly IssueLike[]
  }
  if (Array.isArray(issues)) {
    return (issues as readonly IssueLike[]).map((issue) => ({
      path: issue.path,
      message: said(issue, say),
      code: issue.params?.code,
    }))
  }
  if (isStickyError(error) && error.status < 500) {
    return [{ path: error.path ?? [], message: say(error as Refusal), code: error.code }]
  }
  return isOfTrpc ? [{ path: [], message: error.message }] : undefined
}
