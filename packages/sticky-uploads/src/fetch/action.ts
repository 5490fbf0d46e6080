import { type ActionOutcome, type FormRouter, formCaller, handleAction, type Sticky } from "../server.js"
import { FetchRequest } from "./request.js"

export interface StickyActionOptions<Context> {
  /** What `createSticky` made. */
  sticky: Sticky<Context>
  /** The router that has the procedure. */
  router: FormRouter
  /** The procedure's path: `submission.create`. */
  procedure: string
  /** Makes the context of whoever sends the form; in Next.js from `cookies()` or `headers()`. */
  createContext: () => Context | Promise<Context>
  /**
   * The headers of the request, such as Next.js's own `headers`: for `authorize`, for `messages`, and for where the form
   * comes from. Next.js itself refuses actions from elsewhere.
   * @default none are known
   */
  headers?: () => Headers | Promise<Headers>
  /**
   * Says who asks where no subject does, for the quotas: an IP address. Only of a header that a proxy of yours sets.
   * @default everyone without a subject counts as one
   */
  address?: (headers: Headers) => string | undefined
  /** Files in one form. @default 20 */
  maxFiles?: number
}

/**
 * Makes what a server action does with a form, so that it works, and sticks, without JavaScript: stages the files that it
 * brings, and calls the procedure as tRPC would. The outcome is plain JSON, for `useActionState`, as far as the procedure's
 * result is. The framework holds the whole form in memory before. Rejects with errors that are no fault of the input.
 * @throws TypeError when the router has no such procedure, or it has no file field.
 */
export function stickyAction<Context, Result = unknown>(
  options: StickyActionOptions<Context>,
): (formData: FormData) => Promise<ActionOutcome<Result>> {
  const { sticky, router, procedure, createContext, address, maxFiles } = options
  const call = formCaller<Context, Result>(sticky, router, procedure)
  return async (formData) => {
    const headers = new Headers(await options.headers?.())
    return handleAction(sticky, {
      formData,
      req: new FetchRequest(new Request("http://action.invalid", { method: "POST", headers })),
      procedure,
      address: address?.(headers),
      makeContext: createContext,
      call,
      ...(maxFiles === undefined ? {} : { maxFiles }),
    })
  }
}
