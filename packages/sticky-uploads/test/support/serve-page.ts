import { initTRPC } from "@trpc/server"
import type { Express, Request, RequestHandler } from "express"
import { type InvalidForm, stickyEndpoint, stickyForm } from "sticky-uploads/express"
import { createMemoryStorage } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import { importMap, serveDoors } from "./browser-doors.js"
import { cookieOf } from "./cookie.js"
import { double } from "./doubles.js"
import { createFront, type Front } from "./front.js"
import { createQueue, type Queue } from "./queue.js"
import { type Person, type Served, type ServeOptions, serve } from "./serve.js"

const file = z.stickyFile({ maxBytes: 50_000_000 })

const submission = z.object({
  title: z.string().min(1, "Give it a title."),
  button: z.string().optional(),
  upload: file.optional(),
  photo: z.stickyFile({ maxBytes: 5000, accept: ["image/*"] }).optional(),
  attachments: z.array(file).optional(),
  items: z.array(z.object({ file: file.optional() })).optional(),
})

/** What a form that passed left: the promoted bytes, as text, by the field's name. */
interface Saved {
  title: string
  button: string | undefined
  files: Record<string, string | string[]>
}

export interface PageServed extends Served {
  /** Where uploads can be stopped on their way to the endpoint. */
  front: Front
  saved: Queue<Saved>
  /** How often the bytes of a file reached the server, by upload or with a form. */
  readonly received: number
  /** Makes the storage refuse what it is given from now on. */
  breakStorage(): void
}

export interface PageOptions extends Omit<ServeOptions, "routes" | "wrap" | "createContext"> {
  /** The body of the page at `/`, which is also shown after a submit that failed. */
  page: (form?: InvalidForm) => string
  /** What a browser runs in it, as a module, once the page is parsed. */
  script?: string
  /** Stands in front of the endpoint. */
  guard?: RequestHandler
  /** Adds what the page needs beside it. */
  routes?: (app: Express) => void
}

/** Where the fields of the form upload to. */
export const uploadUrl = (field: string) => `/uploads/submission.create/${field}`

const createContext = ({ req }: { req: Request }): Person => ({ user: cookieOf(req, "user") ?? null })

/**
 * Starts an app as the README shows it, the real endpoint and the real form, with a page for a real browser: whoever opens
 * it is logged in as ann. It ends with the test.
 */
export async function servePage({ page, script = "", guard, routes, ...options }: PageOptions): Promise<PageServed> {
  const kept = createMemoryStorage()
  const saved = createQueue<Saved>()
  const front = createFront()
  let received = 0
  let isBroken = false

  const textOf = async (given: z.StickyFile) => {
    const { key } = await given.promote(kept)
    const chunks: Uint8Array[] = []
    for await (const chunk of await kept.open(key)) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }

  const served = await serve({
    ...options,
    wrap: (storage) =>
      double(storage, {
        write(key, source) {
          if (isBroken) throw new Error("the disk is full")
          // Tokens that are used leave a mark there too.
          if (!key.includes("claim")) received += 1
          return storage.write(key, source)
        },
      }),
    routes(app, sticky) {
      routes?.(app)
      const t = initTRPC.context<Person>().create()
      const router = t.router({
        submission: t.router({
          create: t.procedure
            .use(stickyMiddleware(sticky))
            .input(submission)
            .mutation(async ({ input }) => {
              const files: Saved["files"] = {}
              if (input.upload) files.upload = await textOf(input.upload)
              if (input.photo) files.photo = await textOf(input.photo)
              if (input.attachments) files.attachments = await Promise.all(input.attachments.map(textOf))
              for (const [at, item] of (input.items ?? []).entries())
                if (item.file) files[`items[${at}].file`] = await textOf(item.file)
              return { title: input.title, button: input.button, files }
            }),
        }),
      })
      const write = (form?: InvalidForm) =>
        `<!doctype html><html lang="en"><meta charset="utf-8"><title>Form</title>${importMap}
         <script type="module">${script}</script>${page(form)}`
      app.get("/", (_req, res) => void res.cookie("user", "ann").send(write()))
      app.get("/thanks", (_req, res) => void res.send("<!doctype html><title>Thanks</title>"))
      serveDoors(app)
      app.use("/uploads", guard ?? [], front.handler, stickyEndpoint({ sticky, router, createContext }))
      app.post(
        "/submissions",
        stickyForm({
          sticky,
          router,
          createContext,
          procedure: "submission.create",
          success: ({ res, result }) => {
            saved.put(result as Saved)
            res.redirect(303, "/thanks")
          },
          invalid: ({ res, form }) => void res.status(422).send(write(form)),
        }),
      )
    },
  })

  return {
    ...served,
    front,
    saved,
    get received() {
      return received
    },
    breakStorage() {
      isBroken = true
    },
  }
}
