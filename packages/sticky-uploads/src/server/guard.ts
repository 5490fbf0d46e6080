import { isStickyError, type Refusal, refuse } from "../core/errors.js"
import type { StickyRequest } from "./exchange.js"
import type { ResolvedOptions } from "./options.js"
import { isSameOrigin } from "./origin.js"
import { refuseHeaders } from "./receive/receive.js"
import type { Target } from "./registry.js"

/** Makes the context of a request, as the app does for its procedures. May throw: then nobody is allowed anything. */
export type MakeContext<Context> = () => Context | Promise<Context>

// What a multipart body has beside its file: boundaries, headers, a few small fields such as a CSRF token.
export const overheadBytes = 65_536

/** Says whether where the request comes from rules it out. */
export function refuseOrigin(req: StickyRequest, trustedOrigins: ReadonlySet<string> | "any"): Refusal | undefined {
  if (isSameOrigin(req, trustedOrigins)) return undefined
  return refuse("origin_refused", { origin: req.headers.origin })
}

/** Says whether what the request declares of its body rules it out, before a byte of it is read (P4). */
export function refuseBody(req: StickyRequest, maxFilesBytes: number): Refusal | undefined {
  const declaredBytes = Number(req.headers["content-length"] ?? 0)
  // Said of the files, which is what people know of: what surrounds them is allowed for on top.
  if (declaredBytes > maxFilesBytes + overheadBytes)
    return refuse("body_too_large", { declaredBytes, maxBytes: maxFilesBytes })
  return refuseHeaders(req)
}

/** What a body says that it brings; one without a length may bring anything. */
export function declaredBytes(req: StickyRequest): number {
  return Number(req.headers["content-length"] ?? Number.POSITIVE_INFINITY)
}

/**
 * Makes the context and asks the app who may upload to these targets. A context that cannot be made (a session that
 * does not exist) is a refusal like any other; what fails for another reason is an error of the app. Who may upload to
 * some of the targets is admitted, with those. A refusal has the context too where there is one, to say who was refused.
 */
export async function admit<Context>(
  options: ResolvedOptions<Context>,
  request: { req: StickyRequest; targets: readonly string[]; makeContext: MakeContext<Context> },
): Promise<{ ctx: Context; targets: ReadonlySet<string> } | { ctx: Context | undefined; refusal: Refusal }> {
  const { req, targets, makeContext } = request
  const refusal = refuse("upload_forbidden", { target: targets[0] ?? "" })
  let ctx: Context
  try {
    ctx = await makeContext()
  } catch (error) {
    if (isDenial(error)) return { ctx: undefined, refusal }
    throw error
  }
  const admitted = new Set<string>()
  for (const target of targets) {
    try {
      if ((await options.authorize({ ctx, target, req })) === true) admitted.add(target)
    } catch (error) {
      if (!isDenial(error)) throw error
    }
  }
  return admitted.size > 0 ? { ctx, targets: admitted } : { ctx, refusal }
}

/** Tells an error that says "you may not" (a TRPCError, or one of ours) from one that says that something broke. */
export function isDenial(error: unknown): boolean {
  if (isStickyError(error)) return error.status === 403
  const code = error instanceof Error && "code" in error ? error.code : undefined
  return code === "UNAUTHORIZED" || code === "FORBIDDEN"
}

/** The most bytes that so many files for these targets may have together. */
export function maxFilesBytes(targets: readonly Target[], maxFiles: number): number {
  return maxFiles * Math.max(0, ...targets.flatMap(({ limits }) => limits.map((each) => each.maxBytes)))
}
