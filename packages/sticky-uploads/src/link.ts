/**
 * A tRPC link that makes a `File` in an input its token on the way.
 * @module
 */

import { TRPCClientError, type TRPCLink } from "@trpc/client"
import type { AnyRouter } from "@trpc/server"
import { observable, type Unsubscribable } from "@trpc/server/observable"
import type { StickyClient } from "./client.js"

/** What the link needs of a client, whatever router that one is typed for. */
export interface StickyLinkOptions {
  /** What uploads a File that stands in an input, and knows those that are up already. */
  client: Pick<StickyClient, "upload" | "forget">
}

type Path = (string | number)[]

/** A File in an input, and the place in the copy where its token belongs. */
interface Found {
  file: File
  path: Path
  put: (token: string) => void
}

// As deep as a target can be; also ends a walk in circles.
const maxDepth = 8

/** Copies the plain objects and arrays of an input, and lists the Files on the way. */
function search(value: unknown, found: Found[], path: Path = []): unknown {
  const isArray = Array.isArray(value)
  const prototype = typeof value === "object" && value !== null && Object.getPrototypeOf(value)
  if (path.length === maxDepth || !(isArray || prototype === Object.prototype || prototype === null)) return value
  const copy = (isArray ? [...value] : { ...(value as object) }) as Record<string | number, unknown>
  for (const key of Object.keys(copy)) {
    const at = [...path, isArray ? Number(key) : key]
    const each = copy[key]
    if (each instanceof File)
      found.push({ file: each, path: at, put: (token) => Object.assign(copy, { [key]: token }) })
    else copy[key] = search(each, found, at)
  }
  return copy
}

/** Tells whether a failed call refused the token at a path, so that it would be refused again. */
function isTokenRefused(message: string, path: Path): boolean {
  try {
    const issues: { path: Path; params?: { code?: string } }[] = JSON.parse(message)
    return issues.some(({ path: at, params }) => `${at}` === `${path}` && /^token_(?!busy)/.test(params?.code ?? ""))
  } catch {
    return false
  }
}

/** Says what came of an upload as the server would have: an issue at the field's path. */
function refusalOf<TRouter extends AnyRouter>(cause: unknown, { path }: Found, procedure: string) {
  const { code, details, message, name } = cause as Error & { code?: string; details?: object }
  // An abort is nobody's refusal.
  if (name !== "StickyError") return TRPCClientError.from<TRouter>(cause as Error)
  const issues = [{ code: "custom", path, message, params: { code, details } }]
  const data = { code: "BAD_REQUEST", httpStatus: 400, path: procedure }
  // -32600 is what tRPC's JSON-RPC calls BAD_REQUEST.
  const error = { message: JSON.stringify(issues), code: -32600, data }
  return TRPCClientError.from<TRouter>({ error }, { cause: Object.assign(cause as Error, { path }) })
}

/**
 * Makes the link that turns every `File` in an input into its token, so that it goes through JSON, even in a batch. It
 * stands before `httpBatchLink`; a file on its way already is waited for, and a failed call's token serves the next try.
 * A refused file ends the call as the server's own refusal would: `BAD_REQUEST`, with the issue at the field's path, and
 * as `cause` an error with `code` and `path`.
 */
export function stickyLink<TRouter extends AnyRouter>({ client }: StickyLinkOptions): TRPCLink<TRouter> {
  return () =>
    ({ op, next }) => {
      const found: Found[] = []
      const input = search(op.input, found)
      if (!found.length) return next(op)

      const targetOf = ({ path }: Found) => `${op.path}/${path.map((key) => (key === +key ? "*" : key)).join(".")}`
      const forget = (each: Found) => client.forget(each.file, targetOf(each))

      return observable((observer) => {
        const controller = new AbortController()
        const { signal } = controller
        const abort = () => controller.abort(op.signal?.reason)
        let call: Unsubscribable | undefined

        async function upload(each: Found) {
          try {
            each.put(await client.upload(each.file, targetOf(each), { signal }))
          } catch (cause) {
            throw refusalOf<TRouter>(cause, each, op.path)
          }
        }

        if (op.signal?.aborted) abort()
        op.signal?.addEventListener("abort", abort)
        Promise.all(found.map(upload)).then(
          () => {
            call = next({ ...op, input }).subscribe({
              next(value) {
                // The call has used them up.
                if (op.type === "mutation") found.forEach(forget)
                observer.next(value)
              },
              error(error) {
                for (const each of found) if (isTokenRefused(error.message, each.path)) forget(each)
                observer.error(error)
              },
              complete: () => observer.complete(),
            })
          },
          (error) => {
            abort()
            observer.error(error)
          },
        )
        return () => {
          op.signal?.removeEventListener("abort", abort)
          abort()
          call?.unsubscribe()
        }
      })
    }
}
