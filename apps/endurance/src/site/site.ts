import { createHash } from "node:crypto"
import { initTRPC } from "@trpc/server"
import { createExpressMiddleware } from "@trpc/server/adapters/express"
import express, { type Express, type NextFunction, type Request, type Response } from "express"
import { stickyEndpoint, stickyForm } from "sticky-uploads/express"
import { createDiskStorage, createSticky, createTempStorage, type StickyOptions } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import { codesOf } from "./codes.js"
import { directoriesOf, maxBytes } from "./places.js"

/** Who asks is what a header says. */
export interface Person {
  user: string | undefined
}

const image = z.stickyFile({ maxBytes, accept: ["image/*"] })

const submission = z.object({
  title: z.string().min(1).max(200),
  upload: z.stickyFile({ maxBytes }),
  attachments: z.array(z.stickyFile({ maxBytes })).max(3).optional(),
  items: z
    .array(z.object({ label: z.string().min(1), photo: image.optional() }))
    .max(10)
    .optional(),
  address: z.object({ street: z.string().optional(), photo: image.optional() }).optional(),
  tags: z.array(z.string()).optional(),
})

/**
 * An app as people have it: an endpoint, a form without JavaScript and the procedure behind both, which keeps a file, reads
 * it back, answers its SHA-256 and lets go of it, so that an hour of submits fills no disk.
 */
export function createSite(
  directory: string,
  options: Partial<StickyOptions<Person>>,
  onError: (error: unknown) => void,
): Express {
  const { staged, kept } = directoriesOf(directory)
  const sticky = createSticky<Person>({
    secrets: ["a secret of a site that has nothing to hide"],
    storage: createTempStorage({ directory: staged }),
    authorize: ({ ctx }) => ctx.user !== undefined,
    subject: ({ ctx }) => ctx.user,
    checksum: "sha256",
    onError,
    ...options,
  })
  const uploads = createDiskStorage({ directory: kept })
  const t = initTRPC.context<Person>().create({
    // As a client needs them: which refusal it was, beside the message.
    errorFormatter: ({ shape, error }) => ({ ...shape, data: { ...shape.data, codes: codesOf(error.cause) } }),
  })
  const router = t.router({
    submission: t.router({
      create: t.procedure
        .use(stickyMiddleware(sticky))
        .input(submission)
        .mutation(async ({ input }) => {
          const { key } = await input.upload.promote(uploads)
          const hash = createHash("sha256")
          for await (const chunk of await uploads.open(key)) hash.update(chunk)
          await uploads.remove(key)
          return { sha256: hash.digest("hex") }
        }),
    }),
    archive: t.router({
      add: t.procedure
        .use(stickyMiddleware(sticky))
        .input(z.object({ file: z.stickyFile({ maxBytes: 1_000_000_000 }) }))
        .mutation(({ input }) => input.file.discard()),
    }),
  })
  const createContext = ({ req }: { req: Request }): Person => ({ user: req.header("x-user") })
  const app = express()
  app.use("/sticky", stickyEndpoint({ sticky, router, createContext }))
  app.use("/trpc", createExpressMiddleware({ router, createContext }))
  app.post(
    "/submissions",
    stickyForm({
      sticky,
      router,
      createContext,
      procedure: "submission.create",
      success: ({ res, result }) => res.json(result),
      invalid: ({ res, form }) => res.status(422).json({ code: "form_invalid", ...form }),
    }),
  )
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    onError(error)
    if (!res.headersSent) res.status(500).json({ code: "site_failed" })
  })
  return app
}
