import { initTRPC, TRPCError } from "@trpc/server"
import type { Sticky, Storage } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import { submission } from "../shared/submission"
import type { Context } from "./context"
import { insertSubmission } from "./submissions"

export type AppRouter = ReturnType<typeof createAppRouter>

/** The procedures: called by the form's action, and under `/trpc` by whoever speaks tRPC. */
export function createAppRouter({ sticky, uploads }: { sticky: Sticky<Context>; uploads: Storage }) {
  const t = initTRPC.context<Context>().create()

  const procedure = t.procedure
    .use(({ ctx: { visitor }, next }) => {
      if (visitor === null) throw new TRPCError({ code: "UNAUTHORIZED", message: "Allow cookies, then send it again." })
      return next({ ctx: { visitor } })
    })
    .use(stickyMiddleware(sticky))

  return t.router({
    submission: t.router({
      create: procedure.input(submission).mutation(async ({ input, ctx: { visitor } }) => {
        const upload = await input.upload.promote(uploads)
        const attachments = []
        for (const file of input.attachments ?? []) attachments.push(await file.promote(uploads))
        return insertSubmission({ visitor, title: input.title, upload, attachments })
      }),
    }),
  })
}
