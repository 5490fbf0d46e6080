import { initTRPC, TRPCError } from "@trpc/server"
import type { Sticky, StickyFile, Storage, Stored } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import type { Context } from "./context.js"
import type { Database } from "./database/database.js"
import {
  findSubmission,
  insertSubmission,
  listSubmissions,
  type Submission,
  updateSubmission,
} from "./database/submissions.js"
import { changes, submission } from "./shared/submission.js"

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

  /** Copies what is new; what was kept stays where it is. */
  async function promoteAll(input: { upload: StickyFile; attachments?: StickyFile[] | undefined }) {
    const upload = await input.upload.promote(uploads)
    const attachments: Stored[] = []
    for (const file of input.attachments ?? []) attachments.push(await file.promote(uploads))
    return { upload, attachments }
  }

  return t.router({
    submission: t.router({
      create: procedure.input(submission).mutation(async ({ input, ctx }) => {
        const files = await promoteAll(input)
        return { id: await insertSubmission(database, { userId: ctx.user.id, title: input.title, ...files }) }
      }),
      update: procedure.input(changes).mutation(async ({ input, ctx }) => {
        const before = await findSubmission(database, input.id)
        if (before?.userId !== ctx.user.id)
          throw new TRPCError({ code: "NOT_FOUND", message: "There is no such upload." })
        const had = filesOf(before)
        // A row takes no file of another one, and none that another tab has replaced.
        const kept = [input.upload, ...(input.attachments ?? [])].flatMap(({ existing }) => existing ?? [])
        if (!kept.every((file) => includes(had, file))) throw overtaken()

        const files = await promoteAll(input)
        if (!(await updateSubmission(database, before, { title: input.title, ...files }))) throw overtaken()

        // Only now, and whatever becomes of it: a call that failed would take the new files away again.
        const dropped = had.filter((file) => !includes(filesOf(files), file))
        for (const { key } of dropped) await uploads.remove(key).catch(console.error)
        return { id: before.id }
      }),
      list: procedure.query(async ({ ctx }) => (await listSubmissions(database, ctx.user.id)).map(forBrowser)),
    }),
  })
}

const filesOf = ({ upload, attachments }: Pick<Submission, "upload" | "attachments">) => [upload, ...attachments]

const includes = (files: readonly Stored[], { key }: Stored) => files.some((each) => each.key === key)

const overtaken = () =>
  new TRPCError({ code: "CONFLICT", message: "This was changed in another tab. Please open it again." })

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
