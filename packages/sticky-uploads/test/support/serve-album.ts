import type { StickyToken } from "sticky-uploads"
import { stickyForm } from "sticky-uploads/express"
import type { StickyFile } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { onTestFinished } from "vitest"
import { type Context, createParts, serve } from "./app.js"

/** How a submit went; an issue reads `<field>: <code>`. */
export interface Submitted {
  status: number
  stored?: { key: string; name: string; size: number }
  issues?: string[]
}

type AlbumOptions = Parameters<typeof createParts>[0] & {
  maxBytes?: number
  /** Takes the place of promoting the file. */
  handle?: (file: StickyFile) => Promise<unknown>
}

const tokenCodes = ["malformed", "tampered", "expired", "wrong_target", "wrong_subject", "gone", "used", "not_allowed"]
const codes = ["file_required", ...tokenCodes.map((code) => `token_${code}`)]

/** Starts an app with one procedure, `album.create`, that a token can be submitted to in two ways, and ends it with the test. */
export async function serveAlbum({ maxBytes = 100_000, handle, ...options }: AlbumOptions = {}) {
  // Forms show people messages; here the message of a code is the code.
  const messages = Object.fromEntries(codes.map((code) => [code, () => code]))
  const parts = createParts({ messages, ...options })
  const { sticky, procedure, router, uploads } = parts
  const image = z.stickyFile({ maxBytes, accept: ["image/*"] })
  const input = z.object({ upload: image, other: image.optional() })
  const appRouter = router({
    album: router({
      create: procedure
        .input(input)
        .mutation(({ input: { upload } }) => (handle ? handle(upload) : upload.promote(uploads))),
    }),
  })
  const server = await serve(sticky, appRouter)
  server.app.post(
    "/album",
    stickyForm({
      sticky,
      router: appRouter,
      createContext: ({ req }): Context => ({ user: req.header("x-user") }),
      procedure: "album.create",
      success: ({ res, result }) => res.json(result),
      invalid: ({ res, form }) => res.status(422).json(form),
    }),
  )
  onTestFinished(async () => {
    await server.close()
    parts.remove()
  })

  return {
    ...parts,
    ...server,
    /** Submits by tRPC, as JSON. */
    async call(upload: string | undefined, user = "ann"): Promise<Submitted> {
      const response = await fetch(`${server.url}/trpc/album.create`, {
        method: "POST",
        body: JSON.stringify({ upload }),
        headers: { "content-type": "application/json", "x-user": user },
      })
      const { status } = response
      if (status >= 500) return { status }
      const { result, error } = (await response.json()) as { result?: { data: never }; error?: { message: string } }
      if (!error) return { status, stored: result?.data as never }
      const issues = JSON.parse(error.message) as { path: string[]; params?: { code: string } }[]
      return { status, issues: issues.map(({ path, params }) => `${path.join(".")}: ${params?.code}`) }
    },
    /** Submits by a plain form, with the token in its hidden field. */
    async submit(upload: string | undefined, user = "ann"): Promise<Submitted> {
      const body = new FormData()
      body.append("upload", new File([], ""))
      body.append("_upload", upload ?? "")
      const response = await fetch(`${server.url}/album`, { method: "POST", body, headers: { "x-user": user } })
      const { status } = response
      if (status >= 500) return { status }
      const answer = await response.json()
      if (response.ok) return { status, stored: answer as never }
      const { errors } = answer as { errors: Record<string, string[]> }
      return {
        status,
        issues: Object.entries(errors).flatMap(([name, all]) => all.map((said) => `${name}: ${said}`)),
      }
    },
    /** Takes an upload back, as the browser's client does. */
    async discard(token: StickyToken, user = "ann"): Promise<void> {
      await fetch(`${server.url}/sticky/album.create/upload`, {
        method: "DELETE",
        headers: { "x-user": user, "x-sticky-token": token },
      })
    },
  }
}
