import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client"
import { initTRPC } from "@trpc/server"
import type { StickyToken } from "sticky-uploads"
import * as z from "sticky-uploads/zod"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { type Context, createParts, serve } from "../support/app.js"
import { gate } from "../support/doubles.js"
import { expectNoStrayErrors } from "../support/process-health.js"

expectNoStrayErrors()

const schema = z.object({ upload: z.stickyFile() })

/** What becomes of a token where a scope may be open or not: its code, or that it parsed. */
function parsed(upload: string): string {
  const { error } = schema.safeParse({ upload })
  return error ? (error.issues[0] as unknown as { params: { code: string } }).params.code : "parsed"
}

type Handle = (call: { upload: z.StickyFile; look: string[]; ctx: Context }) => unknown

/** Serves procedures with the middleware in its place, without it, and with it too late. */
async function start() {
  const parts = createParts()
  const bare = initTRPC.context<Context>().create().procedure
  let handle: Handle = ({ upload }) => upload.name
  const appRouter = parts.router({
    album: parts.procedure
      .input(schema.extend({ look: z.array(z.string()).default([]) }))
      .mutation(({ input, ctx }) => handle({ ...input, ctx })),
    bare: bare.input(schema).mutation(({ input: { upload } }) => upload.promote(parts.uploads)),
    late: bare
      .input(schema)
      .concat(parts.procedure)
      .mutation(({ input }) => input.upload.promote(parts.uploads)),
  })
  const server = await serve(parts.sticky, appRouter)
  onTestFinished(async () => {
    await server.close()
    parts.remove()
  })
  return {
    ...parts,
    upload: (user = "ann", target = "album/upload") => server.upload(target, undefined, user),
    caller: (user: string) => appRouter.createCaller({ user }),
    /** A client whose calls of one turn travel as one request. */
    client: (user: string) =>
      createTRPCClient<typeof appRouter>({
        links: [httpBatchLink({ url: `${server.url}/trpc`, headers: { "x-user": user } })],
      }),
    handleWith(next: Handle) {
      handle = next
    },
  }
}

describe("P1: outside of a scope no token parses on a server", () => {
  afterEach(() => void vi.unstubAllGlobals())

  it.each(["bare", "late"] as const)(
    "a %s procedure, whose middleware is missing or stands behind the parse, refuses a good token and says what to mount",
    async (procedure) => {
      const app = await start()
      const upload = await app.upload("ann", `${procedure}/upload`)
      const refused = await app
        .client("ann")
        [procedure].mutate({ upload })
        .catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(TRPCClientError)
      expect(String(refused)).toMatch(/scope_missing[\s\S]*stickyMiddleware/)
      expect([app.staged().length, app.stored()]).toEqual([1, []])
    },
  )

  it("not in a process that looks like a browser: what it is was said by its conditions, and is not guessed", async () => {
    const app = await start()
    const token = await app.upload()
    for (const name of ["window", "document", "self", "HTMLElement"]) vi.stubGlobal(name, {})
    expect(parsed(token)).toBe("scope_missing")
  })

  it.each([
    ["throws", async () => Promise.reject(new Error("in the middle"))],
    ["passes", async () => "done"],
  ])("not after a call that %s, wherever it was made from", async (_, end) => {
    const app = await start()
    const token = await app.upload()
    const inside: string[] = []
    app.handleWith(async () => {
      inside.push(parsed(token))
      return end()
    })
    await app
      .caller("ann")
      .album({ upload: token })
      .catch(() => undefined)
    expect([inside, parsed(token)]).toEqual([["parsed"], "scope_missing"])
  })

  it("not in what a call leaves running behind it: its scope stayed open for that", async () => {
    const app = await start()
    const token = await app.upload()
    const over = gate()
    const behind = gate<string[]>()
    app.handleWith(({ upload }) => {
      void over.opened.then(async () => {
        const use = await upload.promote(app.uploads).catch(({ code }: { code: string }) => code)
        behind.open([parsed(token), String(use)])
      })
      throw new Error("in the middle")
    })
    await expect(app.client("ann").album.mutate({ upload: token })).rejects.toThrow("in the middle")
    over.open()
    expect(await behind.opened).toEqual(["scope_missing", "scope_missing"])
    expect(app.stored()).toEqual([])
  })

  it("not in another person's scope, though the batches of both are under way together", async () => {
    const app = await start()
    const people = ["ann", "bob"]
    const tokens = await Promise.all(people.map((user) => Promise.all([1, 2, 3].map(() => app.upload(user)))))
    const all = gate()
    let calls = 0
    app.handleWith(async ({ look }) => {
      calls += 1
      if (calls === 6) all.open()
      await all.opened
      return look.map(parsed)
    })
    const answers = await Promise.all(
      people.flatMap((user, at) => {
        const client = app.client(user)
        const [own = [], others = []] = [tokens[at], tokens[1 - at]]
        return own.map((upload, turn) => client.album.mutate({ upload, look: [upload, others[turn] as StickyToken] }))
      }),
    )
    expect(answers).toEqual(Array.from({ length: 6 }, () => ["parsed", "token_wrong_subject"]))
  })

  it("not by calling as someone else from within a call, whose own scope is there again afterwards", async () => {
    const app = await start()
    const [own, second] = [await app.upload(), await app.upload()]
    const seen: unknown[] = []
    app.handleWith(async () => {
      app.handleWith(() => "passed")
      const asBob = app.caller("bob").album({ upload: second })
      seen.push(await asBob.catch((error: Error) => /token_\w+/.exec(error.message)?.[0]), parsed(second))
      throw new Error("in the middle")
    })
    await expect(app.caller("ann").album({ upload: own })).rejects.toThrow("in the middle")
    expect(seen).toEqual(["token_wrong_subject", "parsed"])
  })
})
