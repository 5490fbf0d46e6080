import { type inferRouterInputs, type inferRouterOutputs, initTRPC, TRPCError } from "@trpc/server"
import { type CreateExpressContextOptions, createExpressMiddleware } from "@trpc/server/adapters/express"
import { describe, expectTypeOf, it } from "vitest"
import { stickyEndpoint, stickyForm } from "./express.js"
import type { StickyFile, Stored } from "./index.js"
import { createMemoryStorage, createSticky, type Sticky, type StickyToken } from "./server.js"
import { stickyMiddleware } from "./trpc.js"
import * as z from "./zod.js"

interface User {
  id: string
  isAdmin: boolean
}
interface Context {
  user: User | null
  requestId: string
}
declare const sticky: Sticky<Context>
const uploads = createMemoryStorage()
const t = initTRPC.context<Context>().meta<{ title: string }>().create()

const isSignedIn = t.middleware(({ ctx, next }) => {
  if (!ctx.user) throw new TRPCError({ code: "UNAUTHORIZED" })
  return next({ ctx: { user: ctx.user } })
})
const submission = z.object({
  title: z.string(),
  upload: z.stickyFile({ maxBytes: 5_000_000, accept: ["image/*", ".pdf"] }),
  cover: z.stickyFile().optional(),
  attachments: z.array(z.stickyFile()).max(3).optional(),
  address: z.object({ photo: z.stickyFile().nullable() }),
})
const procedure = t.procedure.use(stickyMiddleware(sticky))
const signedIn = t.procedure.use(isSignedIn).use(stickyMiddleware(sticky))

const appRouter = t.router({
  submission: t.router({
    create: procedure.input(submission).mutation(async ({ input }) => input.upload.promote(uploads)),
    name: procedure.input(submission).query(({ input }) => input.upload.name),
  }),
})
type Inputs = inferRouterInputs<typeof appRouter>["submission"]["create"]
type Outputs = inferRouterOutputs<typeof appRouter>["submission"]

describe("inferRouterInputs", () => {
  it("shows a file field as a File or a token", () => {
    expectTypeOf<File>().toExtend<Inputs["upload"]>()
    expectTypeOf<StickyToken>().toExtend<Inputs["upload"]>()
    expectTypeOf<string>().not.toExtend<Inputs["upload"]>()
    expectTypeOf<undefined>().not.toExtend<Inputs["upload"]>()
    expectTypeOf<Inputs["cover"]>().toEqualTypeOf<Inputs["upload"] | undefined>()
    expectTypeOf<Inputs["attachments"]>().toEqualTypeOf<Inputs["upload"][] | undefined>()
    expectTypeOf<Inputs["address"]["photo"]>().toEqualTypeOf<Inputs["upload"] | null>()
    expectTypeOf<Inputs["title"]>().toEqualTypeOf<string>()
  })
})

describe("inferRouterOutputs", () => {
  it("shows what the procedure returns: Stored is plain JSON", () => {
    expectTypeOf<Outputs["create"]>().toEqualTypeOf<Stored>()
    expectTypeOf<Outputs["name"]>().toEqualTypeOf<string>()
  })
})

describe("stickyMiddleware", () => {
  it("gives the procedure StickyFiles and its own context", () => {
    procedure.input(submission).mutation(({ input, ctx }) => {
      expectTypeOf(input.upload).toEqualTypeOf<StickyFile>()
      expectTypeOf(input.cover).toEqualTypeOf<StickyFile | undefined>()
      expectTypeOf(input.attachments).toEqualTypeOf<StickyFile[] | undefined>()
      expectTypeOf(input.address.photo).toEqualTypeOf<StickyFile | null>()
      expectTypeOf(ctx.user).toEqualTypeOf<User | null>()
      expectTypeOf(ctx.requestId).toEqualTypeOf<string>()
    })
  })

  it("keeps what a middleware before it narrowed", () => {
    signedIn.input(submission).mutation(({ ctx }) => {
      expectTypeOf(ctx.user).toEqualTypeOf<User>()
      expectTypeOf(ctx.requestId).toEqualTypeOf<string>()
    })
  })

  it("keeps what a middleware before it added", () => {
    const added = t.procedure.use(({ next }) => next({ ctx: { db: 5 as const } })).use(stickyMiddleware(sticky))
    added.query(({ ctx }) => {
      expectTypeOf(ctx.db).toEqualTypeOf<5>()
      expectTypeOf(ctx.user).toEqualTypeOf<User | null>()
    })
  })

  it("leaves what comes after it as it would be without", () => {
    procedure.use(isSignedIn).query(({ ctx }) => expectTypeOf(ctx.user).toEqualTypeOf<User>())
    procedure
      .use(({ ctx, next }) => {
        expectTypeOf(ctx.user).toEqualTypeOf<User | null>()
        return next({ ctx: { late: true } })
      })
      .query(({ ctx }) => {
        expectTypeOf(ctx.late).toEqualTypeOf<boolean>()
        expectTypeOf(ctx.requestId).toEqualTypeOf<string>()
      })
  })

  it("may stand after an input, and before another", () => {
    t.procedure
      .input(z.object({ id: z.number() }))
      .use(stickyMiddleware(sticky))
      .input(z.object({ photo: z.stickyFile() }))
      .mutation(({ input }) => {
        expectTypeOf(input).toEqualTypeOf<{ id: number; photo: StickyFile }>()
      })
  })

  it("takes a sticky whose context is a part of the router's", () => {
    const part = {} as Sticky<{ user: { id: string } | null }>
    t.procedure.use(stickyMiddleware(part)).query(({ ctx }) => {
      expectTypeOf(ctx.user).toEqualTypeOf<User | null>()
    })
  })

  it("refuses a sticky of another context", () => {
    const other = {} as Sticky<{ session: string }>
    // @ts-expect-error the router's context has no session
    t.procedure.use(stickyMiddleware(other))
  })
})

describe("createSticky", () => {
  it("gives its hooks the app's context", () => {
    createSticky<Context>({
      secrets: [""],
      storage: uploads,
      authorize: ({ ctx, target, req }) => {
        expectTypeOf(ctx).toEqualTypeOf<Context>()
        expectTypeOf(target).toEqualTypeOf<string>()
        expectTypeOf(req.headers.cookie).toEqualTypeOf<string | undefined>()
        return ctx.user !== null
      },
      subject: ({ ctx }) => ctx.user?.id,
    })
  })

  it("requires secrets, a storage and authorize", () => {
    // @ts-expect-error there is no authorize
    createSticky<Context>({ secrets: [""], storage: uploads })
    // @ts-expect-error there is no storage
    createSticky<Context>({ secrets: [""], authorize: () => true })
    // @ts-expect-error there are no secrets
    createSticky<Context>({ storage: uploads, authorize: () => true })
  })

  it("refuses answers that make no sense", () => {
    // @ts-expect-error a user is no answer to whether he may
    createSticky<Context>({ secrets: [""], storage: uploads, authorize: ({ ctx }) => ctx.user })
    // @ts-expect-error a subject is a text
    createSticky<Context>({ secrets: [""], storage: uploads, authorize: () => true, subject: () => 5 })
    // @ts-expect-error MD5 is none
    createSticky<Context>({ secrets: [""], storage: uploads, authorize: () => true, checksum: "md5" })
    createSticky<Context>({ secrets: [""], storage: () => uploads, authorize: async () => true, subject: () => null })
  })

  it("parses to what the schema says", async () => {
    const parsed = await sticky.parse(submission, {}, { ctx: { user: null, requestId: "" }, procedure: "a" })
    expectTypeOf(parsed.upload).toEqualTypeOf<StickyFile>()
    // @ts-expect-error the context is another
    await sticky.parse(submission, {}, { ctx: {}, procedure: "a" })
  })

  it("runs to what the work returns", () => {
    const call = { ctx: { user: null, requestId: "" }, procedure: "a", input: {} }
    expectTypeOf(sticky.run(call, async () => 5)).toEqualTypeOf<Promise<number>>()
  })
})

describe("one createContext", () => {
  const createContext = ({ req, res, info }: CreateExpressContextOptions): Context => {
    info.signal.throwIfAborted()
    return { user: null, requestId: String(req.headers["x-id"] ?? res.locals.id) }
  }
  const createContextLater = async (options: CreateExpressContextOptions): Promise<Context> => createContext(options)

  it("serves tRPC, the endpoint and the form", () => {
    createExpressMiddleware({ router: appRouter, createContext })
    for (const each of [createContext, createContextLater]) {
      stickyEndpoint({ sticky, router: appRouter, createContext: each })
      stickyEndpoint({ sticky, schemas: { submission }, createContext: each })
      stickyForm({
        sticky,
        router: appRouter,
        createContext: each,
        procedure: "submission.create",
        success: ({ ctx, res }) => {
          expectTypeOf(ctx).toEqualTypeOf<Context>()
          res.redirect(303, "/thanks")
        },
        invalid: ({ form, ctx, res }) => {
          expectTypeOf(ctx).toEqualTypeOf<Context>()
          res.status(422).json(form)
        },
      })
    }
  })

  it("must make the context that the sticky was made for", () => {
    // @ts-expect-error this is another context
    stickyEndpoint({ sticky, router: appRouter, createContext: () => ({ session: "" }) })
  })

  it("stands beside a router or schemas, one of them", () => {
    // @ts-expect-error there is neither
    stickyEndpoint({ sticky, createContext })
    // @ts-expect-error there are both
    stickyEndpoint({ sticky, createContext, router: appRouter, schemas: { submission } })
  })
})
