import { initTRPC } from "@trpc/server"
import type { Express, NextFunction, Request, Response } from "express"
import { stickyEndpoint, stickyForm } from "sticky-uploads/express"
import { createMemoryStorage, handleForm, type InvalidForm, type Sticky, type Storage } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import { expect } from "vitest"
import type { PartToSend } from "./multipart.js"
import { png, upload } from "./multipart.js"
import { type Answer, type Person, personOf, type Served, type ServeOptions, serve } from "./serve.js"

const image = { maxBytes: 5000, accept: ["image/*", ".pdf"] }

const submission = z.object({
  title: z.string().min(1, "Give it a title."),
  upload: z.stickyFile(image),
  cover: z.stickyFile(image).optional(),
  attachments: z
    .array(z.stickyFile({ maxBytes: 5000 }))
    .max(3, "Three are enough.")
    .check(z.maxTotalBytes(12_000))
    .optional(),
  items: z.array(z.object({ label: z.string().min(1), photo: z.stickyFile(image).optional() })).optional(),
  tags: z.array(z.string()).optional(),
})

type Submission = z.infer<typeof submission>

export interface FormServed extends Served {
  /** Where the procedure promotes to. */
  kept: Storage
  /** The inputs that reached the procedure. */
  calls: Submission[]
  /** What Express's error handler was given. */
  thrown: unknown[]
  /** The ends of `/direct-form`. */
  ends: Promise<unknown>[]
  submit(parts: PartToSend[], headers?: Record<string, string>): Promise<Answer>
  /** Uploads a file in the background, as the browser's script does, and gives its token. */
  stage(field: string, filename: string, bytes?: Uint8Array, user?: string): Promise<string>
  /** The staged files, without the marks of used ones. */
  staged(): Promise<string[]>
}

export interface FormServeOptions extends ServeOptions {
  mutate?: (call: { input: Submission; kept: Storage; ctx: Person }) => unknown
  maxFiles?: number
  invalid?: (outcome: { req: Request; res: Response; form: InvalidForm }) => unknown
}

/** Starts an app with a form at `/submissions` whose fields upload to `/uploads`. */
export async function serveForm({ mutate, maxFiles, invalid, ...options }: FormServeOptions = {}): Promise<FormServed> {
  const kept = createMemoryStorage({ name: "kept" })
  const calls: Submission[] = []
  const thrown: unknown[] = []
  const ends: Promise<unknown>[] = []

  function routes(app: Express, sticky: Sticky<Person>): void {
    options.routes?.(app, sticky)
    const t = initTRPC.context<Person>().create()
    const procedure = t.procedure.use(stickyMiddleware(sticky))
    const router = t.router({
      submission: t.router({
        create: procedure.input(submission).mutation(async ({ input, ctx }) => {
          calls.push(input)
          if (mutate) return mutate({ input, kept, ctx })
          const stored = await input.upload.promote(kept)
          return {
            title: input.title,
            upload: stored.name,
            cover: input.cover?.name ?? null,
            attachments: input.attachments?.map(({ name }) => name),
            items: input.items?.map(({ label, photo }) => ({ label, photo: photo?.name })),
            tags: input.tags,
          }
        }),
      }),
    })
    const createContext = ({ req }: { req: Request }) => personOf(req)
    app.use("/uploads", stickyEndpoint({ sticky, router, createContext }))
    app.post(
      "/submissions",
      stickyForm({
        sticky,
        router,
        createContext,
        procedure: "submission.create",
        success: ({ res, result }) => res.json({ result }),
        invalid: (outcome) => (invalid ? invalid(outcome) : outcome.res.status(422).json(outcome.form)),
        ...(maxFiles === undefined ? {} : { maxFiles }),
      }),
    )
    // The same without the Express door, whose end can be awaited even when there is nobody left to answer.
    app.post("/direct-form", (req, res) => {
      const end = handleForm(sticky, {
        req,
        res,
        procedure: "submission.create",
        makeContext: () => personOf(req),
        call: (input, ctx) => router.createCaller(ctx).submission.create(input as never),
      })
      ends.push(end.catch((error: unknown) => thrown.push(error)))
    })
    app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      thrown.push(error)
      res.status(500).json({ caught: true })
    })
  }

  const server = await serve({ ...options, routes })
  return {
    ...server,
    kept,
    calls,
    thrown,
    ends,
    submit: (parts, headers) => server.post("/submissions", parts, headers),
    async stage(field, filename, bytes = png(), user = "ann") {
      const answer = await server.post(`/uploads/submission.create/${field}`, [upload(bytes, filename)], {
        "x-user": user,
      })
      expect(answer.json).toMatchObject({ is_valid: true })
      return answer.json.stored
    },
    staged: async () => (await server.left()).filter((key) => !/^staged\.[^.]+\.claim-\d+$/.test(key)),
  }
}
