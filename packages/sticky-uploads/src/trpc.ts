/**
 * The middleware under which tokens in a procedure's input are files.
 * @module
 */

import { TRPCError } from "@trpc/server"
import { isStickyError, type Sticky } from "./server.js"
import { ZodRealError } from "./zod.js"

/** What is read of a middleware's options; any tRPC of version 11 has it. */
interface MiddlewareOptions<Context, Result> {
  ctx: Context
  path: string
  type: "query" | "mutation" | "subscription"
  getRawInput: () => Promise<unknown>
  next: () => Promise<Result>
}

/**
 * Makes the middleware in which tokens parse. Put it after your own checks of who is asking and before `.input()`:
 * `t.procedure.use(isSignedIn).use(stickyMiddleware(sticky))`.
 *
 * A mutation that succeeds consumes the staged files of its input; one that fails undoes what it promoted, and the
 * tokens stay good. A query consumes only what it promotes. A refusal is `BAD_REQUEST` at the field's path.
 */
export function stickyMiddleware<Context>(sticky: Sticky<Context>) {
  const middleware = async <Result extends { ok: boolean }>(
    call: MiddlewareOptions<Context, Result>,
  ): Promise<Result> => {
    const { ctx, path, type, getRawInput, next } = call
    try {
      const input = await getRawInput()
      return await sticky.run(
        { ctx, procedure: path, input, consume: type === "mutation" ? "all" : "used" },
        async () => {
          const result = await next()
          // tRPC hands a failure on as a value; only a thrown one rolls back.
          if (!result.ok) throw (result as unknown as { error: TRPCError }).error
          return result
        },
      )
    } catch (error) {
      throw asFieldError(error)
    }
  }
  // By this mark a router tells which of several stickies takes the files of a procedure.
  return Object.assign(middleware, { sticky })
}

/** A refusal that came up after the parse looks to a client exactly as one of the parse. */
function asFieldError(error: unknown): unknown {
  const refusal = isStickyError(error) ? error : error instanceof TRPCError ? error.cause : undefined
  if (!isStickyError(refusal) || refusal.status >= 500) return error
  const { code, details, message, path = [] } = refusal
  // The one that parse throws: tRPC takes only an Error for a cause.
  const cause = new ZodRealError([
    { code: "custom", path: [...path], message, params: { code, details }, input: undefined },
  ])
  return new TRPCError({ code: "BAD_REQUEST", cause })
}
