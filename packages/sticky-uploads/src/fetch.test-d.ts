import { initTRPC } from "@trpc/server"
import type { FetchCreateContextFnOptions } from "@trpc/server/adapters/fetch"
import { describe, expectTypeOf, it } from "vitest"
import { type InvalidForm, stickyAction, stickyEndpoint, stickyForm } from "./fetch.js"
import type { Sticky } from "./server.js"
import { stickyMiddleware } from "./trpc.js"
import * as z from "./zod.js"

interface Context {
  user: string | null
}
declare const sticky: Sticky<Context>
const t = initTRPC.context<Context>().create()
const router = t.router({
  add: t.procedure
    .use(stickyMiddleware(sticky))
    .input(z.object({ upload: z.stickyFile() }))
    .mutation(() => 5),
})
const createContext = ({ req }: FetchCreateContextFnOptions): Context => ({ user: req.headers.get("x-user") })

describe("stickyEndpoint", () => {
  it("takes the createContext of tRPC's fetch adapter, and answers a request", () => {
    const endpoint = stickyEndpoint({ sticky, router, createContext, prefix: "/sticky" })
    expectTypeOf(endpoint(new Request("http://x"))).toEqualTypeOf<Promise<Response>>()
    const route: (request: Request, context: { params: Promise<{ target: string[] }> }) => Promise<Response> = endpoint
    expectTypeOf(route).toBeFunction()
  })

  it("asks for what stands beside the request where the address is read from it", () => {
    const address = (_request: Request, server: { ip: string }) => server.ip
    const endpoint = stickyEndpoint({ sticky, router, createContext, prefix: "/sticky", address })
    expectTypeOf(endpoint).parameters.toEqualTypeOf<[request: Request, host: { ip: string }]>()
  })

  it("takes a router or schemas, and no context of another app", () => {
    // @ts-expect-error neither
    stickyEndpoint({ sticky, createContext, prefix: "/sticky" })
    // @ts-expect-error another context
    stickyEndpoint({ sticky, router, createContext: () => ({ session: 5 }), prefix: "/sticky" })
  })
})

describe("stickyForm", () => {
  it("asks for responses", () => {
    stickyForm({
      sticky,
      router,
      createContext,
      procedure: "add",
      success: ({ req, ctx }) => {
        expectTypeOf(req).toEqualTypeOf<Request>()
        expectTypeOf(ctx).toEqualTypeOf<Context>()
        return Response.redirect("http://x", 303)
      },
      invalid: async ({ form }) => {
        expectTypeOf(form).toEqualTypeOf<InvalidForm>()
        return Response.json(form)
      },
    })
  })
})

describe("stickyAction", () => {
  it("gives an outcome that narrows", async () => {
    const act = stickyAction<Context, number>({
      sticky,
      router,
      procedure: "add",
      createContext: () => ({ user: null }),
    })
    const outcome = await act(new FormData())
    if (outcome.ok) expectTypeOf(outcome.result).toEqualTypeOf<number>()
    else expectTypeOf(outcome.form).toEqualTypeOf<InvalidForm>()
  })
})
