import type { IncomingMessage } from "node:http"
import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client"
import { initTRPC } from "@trpc/server"
import { createExpressMiddleware } from "@trpc/server/adapters/express"
import { english, type Messages } from "sticky-uploads"
import { stickyEndpoint, stickyForm } from "sticky-uploads/express"
import { createMemoryStorage, createSticky, type MessagesOption, type Sticky } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import { describe, expect, it } from "vitest"
import { file, png, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type Answer, serve } from "./support/serve.js"

expectNoStrayErrors()

interface Speaker {
  user: string | null
  language: string
}
const languageOf = ({ headers }: Pick<IncomingMessage, "headers">) => headers["accept-language"] ?? "en"

/** Every code, said with the name of the language in front. */
const tableOf = (language: string) =>
  Object.fromEntries(Object.keys(english).map((code) => [code, () => `${language}: ${code}`])) as unknown as Messages
const tables: Record<string, Messages> = { de: tableOf("de"), fr: tableOf("fr") }
const byBoth: MessagesOption<Speaker> = ({ ctx, req }) => tables[ctx?.language ?? (req ? languageOf(req) : "en")]

const photo = z.stickyFile({ accept: ["image/*"] })
const input = z.object({ title: z.string().min(1, "Title!"), photo, own: z.stickyFile({ error: "Own!" }).optional() })

/** An app whose context says the language, unless it is told to leave that to the request. */
async function serveSpeakers(messages: MessagesOption<Speaker>, hasLanguage = true) {
  const errors: unknown[] = []
  const kept = createMemoryStorage()
  const sticky: Sticky<Speaker> = createSticky<Speaker>({
    secrets: ["a secret of more than thirty-two bytes"],
    storage: createMemoryStorage(),
    authorize: ({ ctx }) => ctx.user !== null,
    subject: ({ ctx }) => ctx.user,
    sweepEverySeconds: false,
    messages,
    onError: (error) => errors.push(error),
  })
  const createContext = ({ req }: { req: IncomingMessage }): Speaker => ({
    user: req.headers["x-user"]?.toString() || null,
    language: hasLanguage ? languageOf(req) : "none",
  })
  const t = initTRPC.context<Speaker>().create()
  const procedure = t.procedure.use(stickyMiddleware(sticky)).input(input)
  const router = t.router({
    add: procedure.mutation(({ input }) => input.photo.promote(kept)),
  })
  const server = await serve({
    routes(app) {
      app.use("/uploads", stickyEndpoint({ sticky, router, createContext }))
      app.use("/trpc", createExpressMiddleware({ router, createContext }))
      app.post(
        "/form",
        stickyForm({
          sticky,
          router,
          createContext,
          procedure: "add",
          success: ({ res, result }) => res.json(result),
          invalid: ({ res, form }) => res.status(422).json(form.errors),
        }),
      )
    },
  })
  const says = (language: string, user = "ann") => ({ "accept-language": language, "x-user": user })
  return {
    ...server,
    errors,
    says,
    clientOf: (language: string) =>
      createTRPCClient<typeof router>({
        links: [httpBatchLink({ url: `${server.url}/trpc`, headers: says(language, `user-${language}`) })],
      }),
    async stage(language: string, to = "add/photo"): Promise<string> {
      const answer = await server.post(`/uploads/${to}`, [upload(png())], says(language, `user-${language}`))
      return answer.json.stored
    },
  }
}

/** The messages of a refused call, by field. */
async function issuesOf(call: Promise<unknown>): Promise<string[]> {
  const error = await call.then(
    () => new Error("the call passed"),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TRPCClientError)) throw error
  const issues = JSON.parse(error.message) as { path: PropertyKey[]; message: string }[]
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`)
}
const saidBy = ({ json }: Answer): string => json.errors.upload[0]

describe("messages as a function", () => {
  it("chooses the words of the endpoint: by the context, and before there is one by the request", async () => {
    const server = await serveSpeakers(byBoth)
    const post = (headers: Record<string, string>, to = "add/photo") =>
      server.post(`/uploads/${to}`, [upload("text")], headers)
    expect(saidBy(await post(server.says("de")))).toBe("de: file_type_refused")
    expect(saidBy(await post(server.says("fr")))).toBe("fr: file_type_refused")
    expect(saidBy(await post(server.says("fr"), "add/unknown"))).toBe("fr: target_unknown")
    expect(saidBy(await post(server.says("de", "")))).toBe("de: upload_forbidden")
    expect(saidBy(await post({ ...server.says("de"), origin: "https://evil.example" }))).toBe("de: origin_refused")
    expect(saidBy(await post(server.says("nl"), "add/unknown"))).toBe('There is no upload field called "add/unknown".')
    expect(saidBy(await server.request("PUT", "/uploads/add/photo", server.says("fr")))).toBe("fr: method_not_allowed")
  })

  it("gets the person's context where there is one, also of a person who may not upload", async () => {
    const asked: unknown[] = []
    const server = await serveSpeakers(({ ctx, req }) => {
      asked.push([ctx?.language, req?.method])
      return {}
    })
    await server.post("/uploads/add/photo", [upload("text")], server.says("de", ""))
    await server.post("/uploads/unknown", [upload("text")], server.says("de"))
    await issuesOf(server.clientOf("fr").add.mutate({ title: "x", photo: "nonsense" as never }))
    expect(asked).toEqual([
      ["de", "POST"],
      [undefined, "POST"],
      ["fr", undefined],
    ])
  })

  it("never mixes the words of two people whose batches run at once", async () => {
    const server = await serveSpeakers(byBoth)
    const [german, french] = [server.clientOf("de"), server.clientOf("fr")]
    const [ofGerman, ofFrench] = [await server.stage("de"), await server.stage("fr")]
    const bad = (client: typeof german, photo: string) => [
      issuesOf(client.add.mutate({ title: "x", photo: photo as never })),
      issuesOf(client.add.mutate({ title: "x", photo: "nonsense" as never })),
      issuesOf(client.add.mutate({ title: "", photo: undefined as never })),
    ]
    const said = (language: string) => [
      [`photo: ${language}: token_wrong_subject`],
      [`photo: ${language}: token_malformed`],
      ["title: Title!", `photo: ${language}: file_required`],
    ]
    for (let round = 0; round < 5; round += 1) {
      const both = [...bad(german, ofFrench), ...bad(french, ofGerman)]
      expect(await Promise.all(both)).toEqual([...said("de"), ...said("fr")])
    }
  })

  it("chooses the words of a refusal that comes up in the handler, after the parse", async () => {
    const server = await serveSpeakers(byBoth)
    const photo = await server.stage("de")
    const call = () => server.clientOf("de").add.mutate({ title: "x", photo: photo as never })
    const race = await Promise.allSettled(Array.from({ length: 6 }, () => call()))
    const lost = race.flatMap((each) =>
      each.status === "rejected" ? [JSON.parse(each.reason.message)[0].message] : [],
    )
    expect(lost).toHaveLength(5)
    for (const message of lost) expect(message).toMatch(/^de: token_(busy|used)$/)
  })

  it("leaves alone what the schema says itself", async () => {
    const server = await serveSpeakers(byBoth)
    const photo = await server.stage("de")
    const own = "nonsense" as never
    expect(await issuesOf(server.clientOf("de").add.mutate({ title: "x", photo: photo as never, own }))).toEqual([
      "own: Own!",
    ])
  })

  it.each([
    ["the context", true],
    ["the request, of which a procedure knows nothing", false],
  ])("chooses the words of a form by %s", async (_, hasLanguage) => {
    const byRequest: MessagesOption<Speaker> = ({ req }) => req && tables[languageOf(req)]
    const server = await serveSpeakers(hasLanguage ? byBoth : byRequest, hasLanguage)
    const submit = async (language: string, ...parts: Parameters<typeof server.post>[1] & object[]) =>
      (await server.post("/form", parts as never, server.says(language))).json
    expect(await submit("de", text("title", "x"), file("photo", "a.png", "text"))).toEqual({
      photo: ["de: file_type_refused"],
    })
    expect(await submit("fr", text("title", "x"), text("_photo", "nonsense"))).toEqual({
      photo: ["fr: token_malformed"],
    })
    expect(await submit("fr", text("title", ""))).toEqual({ title: ["Title!"], photo: ["fr: file_required"] })
  })

  it("chooses the words of the plain page, which then says nothing in English", async () => {
    const server = await serveSpeakers(byBoth)
    const refused = (language: string) =>
      server.post("/form", [text("title", "x")], { ...server.says(language, ""), accept: "text/html" })
    const german = (await refused("de")).text
    expect(german).toContain("<h1>de: upload_forbidden</h1>")
    expect(german).not.toMatch(/lang=|Go back/)
    expect((await refused("en")).text).toMatch(
      /<html lang="en">[\s\S]*You are not allowed to upload here[\s\S]*Go back/,
    )
  })

  it("that throws leaves everything in English, and is told to onError", async () => {
    const broken = new Error("no dictionary")
    const server = await serveSpeakers(() => {
      throw broken
    })
    expect(saidBy(await server.post("/uploads/add/photo", [upload("text")], server.says("de")))).toMatch(/^File is of/)
    expect(await issuesOf(server.clientOf("de").add.mutate({ title: "x", photo: undefined as never }))).toEqual([
      "photo: Please pick a file.",
    ])
    const form = await server.post("/form", [text("title", "x")], server.says("de"))
    expect(form.json).toEqual({ photo: ["Please pick a file."] })
    expect(new Set(server.errors)).toEqual(new Set([broken]))
  })
})

describe("messages as a table", () => {
  it("speaks in a tRPC call too: only forms and the endpoint did", async () => {
    const server = await serveSpeakers({ file_required: () => "fehlt" })
    expect(await issuesOf(server.clientOf("en").add.mutate({ title: "x", photo: undefined as never }))).toEqual([
      "photo: fehlt",
    ])
  })
})
