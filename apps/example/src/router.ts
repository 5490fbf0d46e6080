import { initTRPC, TRPCError } from "@trpc/server"
import type { Sticky, Storage, Stored } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import type { Context } from "./context.js"
import type { Database } from "./database/database.js"
import { insertSubmission, listSubmissions, type Submission } from "./database/submissions.js"
import { submission } from "./shared/submission.js"

interface Services {
  database: Database
  sticky: Sticky<Context>
  /** Where files are kept for good. */
  uploads: Storage
}

export type AppRouter = ReturnType<typeof createAppRouter>

/** The procedures under `/trpc`; the form without JavaScript runs the same ones. */
export function createAppRouter({ database, sticky, uploads }: Services) {
  const t = initTRPC.context<Context>().create({
    // Stack traces are for the log, in development too.
    isDev: false,
    // A refused input names its fields, so that a page can show each message where it belongs.
    errorFormatter: ({ shape, error }) => ({
      ...shape,
      data: { ...shape.data, fieldErrors: error.cause instanceof z.core.$ZodError ? fieldErrors(error.cause) : null },
    }),
  })

  const procedure = t.procedure
    .use(({ ctx, next }) => {
      if (ctx.user === null) throw new TRPCError({ code: "UNAUTHORIZED", message: "Please log in." })
      return next({ ctx: { user: ctx.user } })
    })
    .use(stickyMiddleware(sticky))

  return t.router({
    submission: t.router({
      create: procedure.input(submission).mutation(async ({ input, ctx }) => {
        const upload = await input.upload.promote(uploads)
        const attachments = []
        for (const file of input.attachments ?? []) attachments.push(await file.promote(uploads))
        return {
          id: await insertSubmission(database, { userId: ctx.user.id, title: input.title, upload, attachments }),
        }
      }),
      list: procedure.query(async ({ ctx }) => (await listSubmissions(database, ctx.user.id)).map(forBrowser)),
    }),
  })
}

/** What a browser may know of a submission: where its files can be had, not where they are kept. */
function forBrowser({ id, title, createdAt, upload, attachments }: Submission) {
  const file = ({ name, size, type }: Stored, which: string) => ({ name, size, type, url: `/uploads/${id}/${which}` })
  const others = attachments.map((each, index) => file(each, String(index + 1)))
  return { id, title, createdAt, upload: file(upload, "upload"), attachments: others }
}

/** Collects messages by the field they are about; the third of several files is still their field. */
function fieldErrors({ issues }: z.core.$ZodError): Record<string, string[]> {
  const errors: Record<string, string[]> = {}
  for (const { path, message } of issues) {
    const name = String(path[0] ?? "")
    errors[name] = [...(errors[name] ?? []), message]
  }
  return errors
}
