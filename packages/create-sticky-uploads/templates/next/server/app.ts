import { createHash } from "node:crypto"
import { initTRPC } from "@trpc/server"
import { cookies } from "next/headers"
import { createDiskStorage, createSticky, createTempStorage, type Stored } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import { submission } from "../shared/submission"

export interface Context {
  visitor: string | undefined
}

export const saved: (Stored & { title: string })[] = [] // your database

function createApp() {
  const sticky = createSticky<Context>({
    secrets: [process.env.STICKY_SECRET ?? ""],
    storage: createTempStorage(), // where files wait until their form passes
    authorize: ({ ctx }) => ctx.visitor !== undefined, // who may upload
    subject: ({ ctx }) => ctx.visitor, // who they are: with a login, the id of the user
  })
  const uploads = createDiskStorage({ directory: "uploads" }) // where they stay

  const t = initTRPC.context<Context>().create()
  const procedure = t.procedure.use(stickyMiddleware(sticky))
  const router = t.router({
    submission: t.router({
      create: procedure.input(submission).mutation(async ({ input }) => {
        const stored = await input.upload.promote(uploads) // undone if what follows throws
        saved.push({ title: input.title, ...stored })
      }),
    }),
  })
  sticky.register(router)
  return { sticky, router }
}

export type AppRouter = ReturnType<typeof createApp>["router"]

let made: ReturnType<typeof createApp> | undefined

/** Made with the first request, so that a build needs no secret. */
export function app() {
  made ??= createApp()
  return made
}

/** Tells who asks, in pages, in actions and in route handlers alike. */
export async function createContext(): Promise<Context> {
  const cookie = (await cookies()).get("visitor")?.value
  // Tokens name their person: they are not to say what lets in.
  return { visitor: cookie && createHash("sha256").update(cookie).digest("base64url") }
}
