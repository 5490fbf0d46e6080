import type { RouterLike } from "../registry.js"
import type { Sticky } from "../sticky.js"

export type FormRouter = RouterLike & { createCaller: (ctx: never) => unknown }

/** Calls a form's procedure, as tRPC would. */
export type FormCaller<Context, Result> = (input: unknown, ctx: Context) => Promise<Result>

/** Follows a procedure's path through a caller, which is nested as the router is. */
function procedureOf(caller: unknown, path: string): (input: unknown) => Promise<unknown> {
  const found = path.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], caller)
  return found as (input: unknown) => Promise<unknown>
}

/**
 * Makes the fields of a router known, and finds the procedure that its form calls.
 * @throws TypeError when the router has no such procedure, or it has no file field.
 */
export function formCaller<Context, Result>(
  sticky: Sticky<Context>,
  router: FormRouter,
  procedure: string,
): FormCaller<Context, Result> {
  sticky.register(router)
  if (!sticky.targets().some((target) => target.startsWith(`${procedure}/`))) {
    throw new TypeError(`sticky-uploads: the router has no procedure "${procedure}" with a file field for this sticky`)
  }
  return (input, ctx) => procedureOf(router.createCaller(ctx as never), procedure)(input) as Promise<Result>
}
