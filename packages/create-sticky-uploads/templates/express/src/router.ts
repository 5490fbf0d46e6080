import { initTRPC } from "@trpc/server"
import type { StickyTarget } from "sticky-uploads/client"
import { createDiskStorage, createSticky, createTempStorage, type Stored } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import { submission } from "./submission"

export const sticky = createSticky({
  secrets: [process.env.STICKY_SECRET ?? ""],
  storage: createTempStorage(), // where files wait until their form passes
  authorize: () => true, // with a login: ({ ctx }) => ctx.user !== null, and subject: ({ ctx }) => ctx.user?.id
})
const uploads = createDiskStorage({ directory: "uploads" }) // where they stay

export const saved: (Stored & { title: string })[] = [] // your database

const t = initTRPC.create()
const procedure = t.procedure.use(stickyMiddleware(sticky))

export const router = t.router({
  submission: t.router({
    create: procedure.input(submission).mutation(async ({ input }) => {
      const stored = await input.upload.promote(uploads) // undone if what follows throws
      saved.push({ title: input.title, ...stored })
    }),
  }),
})
export type AppRouter = typeof router

export const target = "submission.create/upload" satisfies StickyTarget<AppRouter>
