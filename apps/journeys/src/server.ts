import { initTRPC } from "@trpc/server"
import { createMemoryStorage, createSticky } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import { submission } from "./submission.js"

export interface Context {
  user: string
}

// What only the server knows, the browser's schema lets pass.
const newSubmission = submission
  .refine(({ title }) => title !== "Taken", { path: ["title"], message: "There is one of this title." })
  .refine(({ title }) => title !== "A landscape", { path: ["upload"], message: "This is no landscape." })

/** Makes the server's side of a site, with nothing saved; whoever asks is ann. */
export function createServerSide() {
  const sticky = createSticky<Context>({
    secrets: ["the secret of a form on a journey"],
    storage: createMemoryStorage(),
    authorize: ({ ctx }) => ctx.user === "ann",
    subject: ({ ctx }) => ctx.user,
  })
  const uploads = createMemoryStorage()
  const t = initTRPC.context<Context>().create()
  const router = t.router({
    submission: t.router({
      create: t.procedure
        .use(stickyMiddleware(sticky))
        .input(newSubmission)
        .mutation(({ input }) => input.upload.promote(uploads)),
    }),
  })
  return { sticky, uploads, router, createContext: (): Context => ({ user: "ann" }) }
}

export type ServerSide = ReturnType<typeof createServerSide>
export type AppRouter = ServerSide["router"]
