import fc from "fast-check"
import { afterEach, describe, expect, it } from "vitest"
import * as zod from "zod"
import { zfd } from "zod-form-data"
import type { TokenClaims } from "../core/token.js"
import { createKeyring } from "../server/keyring.js"
import { createMemoryStorage, createSticky, newId, type StickyFile, type StickyToken } from "../server.js"
import * as z from "../zod.js"

const secret = "a secret that is at least 32 bytes long"
const keyring = createKeyring([secret])
const storage = createMemoryStorage()
const sticky = createSticky<{ user?: string }>({
  secrets: [secret],
  storage,
  authorize: () => true,
  subject: ({ ctx }) => ctx.user,
  sweepEverySeconds: false,
})
const now = Math.floor(Date.now() / 1000)
const png = Buffer.concat([
  Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex"),
  Buffer.alloc(67),
])

/** A token as the endpoint would hand it out, with its file in the storage. */
async function stage(aud: string, overrides: Partial<TokenClaims> = {}): Promise<StickyToken> {
  const jti = newId()
  await storage.write(`staged.${jti}`, [png] as never)
  return keyring.sign({
    aud,
    jti,
    iat: now,
    exp: now + 60,
    name: "portrait.png",
    size: 100,
    type: "image/png",
    ...overrides,
  })
}

let count = 0
/** Registers a schema as a procedure's, and parses what the test makes of the procedure's name in its scope. */
async function submit<Schema extends z.ZodType>(
  schema: Schema,
  inputOf: (procedure: string) => unknown,
  ctx: { user?: string } = {},
): Promise<z.ZodSafeParseResult<z.output<Schema>>> {
  count += 1
  const procedure = `procedure${count}`
  sticky.register({ [procedure]: schema })
  const input = await inputOf(procedure)
  return sticky.run({ ctx, procedure, input, consume: "used" }, async () => schema.safeParse(input))
}

interface Issue {
  path: PropertyKey[]
  code: string
  message: string
  params?: { code: string; details: object }
}
const issuesOf = (result: z.ZodSafeParseResult<unknown>) => (result.error?.issues ?? []) as unknown as Issue[]
const codesOf = (result: z.ZodSafeParseResult<unknown>) =>
  issuesOf(result).map(({ path, params, code }) => [path.join("."), params?.code ?? code])
const file = z.stickyFile()
const form = (...entries: [string, string | File][]) => {
  const data = new FormData()
  for (const [name, value] of entries) data.append(name, value as string)
  return data
}
const untouched = () => new File([], "")

describe("z", () => {
  it("is all of Zod, the sticky file and what its lists weigh", () => {
    const ours = new Map<string, unknown>(Object.entries(z))
    const theirs = Object.entries(zod).filter(([name]) => name !== "default")
    const own = ["ZodStickyFile", "maxTotalBytes", "stickyFile"]
    expect([...ours.keys()].sort()).toEqual([...theirs.map(([name]) => name), ...own].sort())
    for (const [name, value] of theirs) expect(ours.get(name)).toBe(value)
  })

  it("makes a schema that is a Zod type", () => {
    expect(file).toBeInstanceOf(z.ZodType)
    expect(file).toBeInstanceOf(z.ZodStickyFile)
  })

  it("refuses limits that make no sense where they are declared", () => {
    expect(() => z.stickyFile({ maxBytes: 0 })).toThrow("maxBytes")
    expect(() => z.stickyFile({ accept: ["pdf"] })).toThrow('accept has "pdf"')
  })
})

describe("stickyFile without a token or a file", () => {
  it.each([
    ["nothing", undefined, "file_required"],
    ["an empty text", "", "file_required"],
    ["the empty File of an untouched input", untouched(), "file_required"],
    ["an empty list", [], "file_required"],
    ["a hidden field and an input, both untouched", ["", untouched()], "file_required"],
    ["null", null, "file_invalid"],
    ["a number", 5, "file_invalid"],
    ["a File that went through JSON", JSON.parse(JSON.stringify(new File(["x"], "a.txt"))), "file_invalid"],
    ["an object that looks like a File in JSON", { name: "a.txt", size: 1, type: "text/plain" }, "file_invalid"],
    ["two files", [new File(["1"], "a"), new File(["2"], "b")], "file_invalid"],
    ["two texts", ["a", "b"], "file_invalid"],
    ["a text", "portrait.png", "token_malformed"],
    ["a very long text", "x".repeat(1_000_000), "token_malformed"],
  ])("says of %s what it is", (_what, value, code) => {
    const result = file.safeParse(value)
    expect(codesOf(result)).toEqual([["", code]])
    expect(issuesOf(result)[0]).toMatchObject({ code: "custom", params: { details: {} } })
    expect(issuesOf(result)[0]?.message).toMatch(/^[A-Z].*\.$/)
  })

  it("says so at the field, when the key is not there at all", () => {
    expect(codesOf(z.object({ a: z.object({ upload: file }) }).safeParse({ a: {} }))).toEqual([
      ["a.upload", "file_required"],
    ])
  })

  it("keeps what was sent out of its issues", () => {
    expect(file.safeParse("secret-text").error?.issues[0]).not.toHaveProperty("input")
    expect(JSON.stringify(file.safeParse("secret-text").error)).not.toContain("secret-text")
  })
})

describe("P1", () => {
  it("refuses a token outside a scope and says what to mount", async () => {
    const token = await stage("a/upload")
    const result = file.safeParse(token)
    expect(codesOf(result)).toEqual([["", "scope_missing"]])
    expect(issuesOf(result)[0]?.message).toMatch("stickyMiddleware")
  })

  it("refuses a token in a process that has no sticky at all, and a raw file too", async () => {
    const slot = Symbol.for("sticky-uploads.world.1")
    const world = Reflect.get(globalThis, slot)
    Reflect.deleteProperty(globalThis, slot)
    try {
      expect(codesOf(file.safeParse(await stage("a/upload")))).toEqual([["", "scope_missing"]])
      expect(codesOf(file.safeParse(new File(["x"], "a.txt")))).toEqual([["", "scope_missing"]])
    } finally {
      Reflect.set(globalThis, slot, world)
    }
  })

  it("refuses a token where the fields of the procedure are not known", async () => {
    const token = await stage("nobody/upload")
    const call = { ctx: {}, procedure: "nobody", input: token }
    const result = await sticky.run(call, async () => file.safeParse(token))
    expect(codesOf(result)).toEqual([["", "target_unregistered"]])
    expect(issuesOf(result)[0]?.message).toMatch('"nobody"')
  })
})

describe("P2", () => {
  const schema = z.object({
    upload: z.stickyFile({ maxBytes: 5_000_000, accept: ["image/*"] }),
    other: file.optional(),
  })
  const submitted = (make: (target: string) => Promise<unknown>, ctx?: { user?: string }) =>
    submit(schema, async (procedure) => ({ upload: await make(`${procedure}/upload`) }), ctx)

  it("takes a token of its target, its subject and its life", async () => {
    const { data } = await submitted((target) => stage(target, { sub: "ann" }), { user: "ann" })
    expect(data?.upload).toMatchObject({ name: "portrait.png", size: 100, type: "image/png", sha256: undefined })
    expect(await data?.upload.arrayBuffer().catch((error) => error.code)).toBe("scope_missing")
  })

  it.each<[string, string, (target: string) => Promise<unknown>]>([
    [
      "was tampered with",
      "token_tampered",
      async (target) => (await stage(target)).replace(/.$/, (c) => (c === "A" ? "B" : "A")),
    ],
    ["has expired", "token_expired", (target) => stage(target, { exp: now - 1 })],
    ["is of another field", "token_wrong_target", (target) => stage(target.replace("upload", "other"))],
    ["is of another procedure", "token_wrong_target", () => stage("else.where/upload")],
    ["is of another person", "token_wrong_subject", (target) => stage(target, { sub: "bob" })],
    ["has no file any more", "token_gone", (target) => stage(target, { jti: newId() })],
    ["is over the limit of today", "token_not_allowed", (target) => stage(target, { size: 7_200_000 })],
    [
      "is of a type that today is not taken",
      "token_not_allowed",
      (target) => stage(target, { type: "application/pdf" }),
    ],
    ["is no token", "token_malformed", async () => "x.y.z"],
  ])("refuses a token that %s", async (_what, code, make) => {
    expect(codesOf(await submitted(make))).toEqual([["upload", code]])
  })

  it("refuses a token that says somebody where nobody asks, and one that says nobody where somebody asks", async () => {
    expect(codesOf(await submitted((target) => stage(target, { sub: "ann" })))).toEqual([
      ["upload", "token_wrong_subject"],
    ])
    expect(codesOf(await submitted((target) => stage(target), { user: "ann" }))).toEqual([
      ["upload", "token_wrong_subject"],
    ])
  })

  it("refuses a token that was used, and says so", async () => {
    const target = createMemoryStorage()
    const procedure = "used-before"
    sticky.register({ [procedure]: schema })
    const input = { upload: await stage(`${procedure}/upload`) }
    await sticky.run({ ctx: {}, procedure, input }, async () => schema.parse(input).upload.promote(target))
    const again = await sticky.run({ ctx: {}, procedure, input }, async () => schema.safeParse(input))
    expect(codesOf(again)).toEqual([["upload", "token_used"]])
  })

  it("says why a token is not allowed any more, as if it were the file", async () => {
    const result = await submitted((target) => stage(target, { size: 7_200_000 }))
    expect(issuesOf(result)[0]).toMatchObject({
      message: "File is 7.2 MB; the limit is 5 MB: portrait.png",
      params: { code: "token_not_allowed", details: { reason: { code: "file_too_large" }, name: "portrait.png" } },
    })
  })
})

describe("stickyFile with a raw file", () => {
  const limited = z.stickyFile({ minBytes: 10, maxBytes: 1000, accept: ["image/*"] })

  it("gives the same StickyFile, whose type comes from the bytes", async () => {
    const { data } = file.safeParse(new File([png], "../a.png", { type: "text/html" }))
    expect(data).toMatchObject({ name: "a.png", size: 100 })
    expect(Buffer.from((await data?.arrayBuffer()) as ArrayBuffer).equals(png)).toBe(true)
    expect(data?.type).toBe("image/png")
  })

  it.each([
    [
      "too large",
      new File([Buffer.alloc(1001)], "a.png"),
      "file_too_large",
      "File is 1001 bytes; the limit is 1 kB: a.png",
    ],
    ["too small", new File(["x"], "a.png"), "file_too_small", "File is 1 byte; at least 10 bytes are needed: a.png"],
    ["empty, and has a name", new File([], "a.png"), "file_empty", "File is empty: a.png"],
  ])("refuses one that is %s at once", (_what, raw, code, message) => {
    const result = limited.safeParse(raw)
    expect(codesOf(result)).toEqual([["", code]])
    expect(issuesOf(result)[0]?.message).toBe(message)
  })

  it("in a call, refuses one of the wrong type at its field, whatever it claims", async () => {
    const raw = new File(["this is text, and long enough"], "a.png", { type: "image/png" })
    const result = await submit(z.object({ upload: limited }), () => ({ upload: raw }))
    expect(codesOf(result)).toEqual([["upload", "file_type_refused"]])
  })

  it("outside a call, refuses one of the wrong type when it is read or stored", async () => {
    const raw = new File(["this is text, and long enough"], "a.png", { type: "image/png" })
    const parsed = limited.parse(raw)
    await expect(parsed.text()).rejects.toMatchObject({ code: "file_type_refused" })
    const target = createMemoryStorage()
    await expect(parsed.promote(target, { key: "k" })).rejects.toMatchObject({ code: "file_type_refused" })
    expect(await target.stat("k")).toBeUndefined()
  })
})

describe("stickyFile inside other schemas", () => {
  type Case = [
    what: string,
    schema: z.ZodType,
    path: string,
    wrap: (token: unknown) => unknown,
    unwrap: (output: any) => unknown,
  ]
  const cases: Case[] = [
    ["itself", file, "", (t) => t, (o) => o],
    ["an object", z.object({ a: z.object({ b: file }) }), "a.b", (t) => ({ a: { b: t } }), (o) => o.a.b],
    ["a catch-all", z.object({}).catchall(file), "*", (t) => ({ x: t }), (o) => o.x],
    ["an array", z.array(file), "*", (t) => [t], (o) => o[0]],
    ["a tuple", z.tuple([z.number(), file]), "1", (t) => [1, t], (o) => o[1]],
    ["a record", z.record(z.string(), file), "*", (t) => ({ en: t }), (o) => o.en],
    ["a map", z.map(z.string(), file), "*", (t) => new Map([["en", t]]), (o) => o.get("en")],
    ["a set", z.set(file), "*", (t) => new Set([t]), (o) => [...o][0]],
    ["optional", z.object({ a: file.optional() }), "a", (t) => ({ a: t }), (o) => o.a],
    ["z.optional", z.object({ a: z.optional(file) }), "a", (t) => ({ a: t }), (o) => o.a],
    ["nullable", file.nullable(), "", (t) => t, (o) => o],
    ["nullish", file.nullish(), "", (t) => t, (o) => o],
    ["a default", file.default(null as never), "", (t) => t, (o) => o],
    ["a prefault", file.prefault(untouched()), "", (t) => t, (o) => o],
    ["a catch", file.catch(null as never), "", (t) => t, (o) => o],
    ["readonly", z.object({ a: file.readonly() }).readonly(), "a", (t) => ({ a: t }), (o) => o.a],
    ["a union", z.union([z.number(), file]), "", (t) => t, (o) => o],
    ["a union after a text", z.union([z.string().max(5), file]), "", (t) => t, (o) => o],
    ["a union of files", z.union([z.stickyFile({ accept: [".pdf"] }), file]), "", (t) => t, (o) => o],
    [
      "a discriminated union",
      z.discriminatedUnion("kind", [z.object({ kind: z.literal("a"), a: file }), z.object({ kind: z.literal("b") })]),
      "a",
      (t) => ({ kind: "a", a: t }),
      (o) => o.a,
    ],
    [
      "an intersection",
      z.intersection(z.object({ a: file }), z.object({ b: z.string() })),
      "a",
      (t) => ({ a: t, b: "" }),
      (o) => o.a,
    ],
    ["lazy", z.lazy(() => z.object({ a: z.stickyFile() })), "a", (t) => ({ a: t }), (o) => o.a],
    [
      "a getter",
      z.object({
        get a() {
          return z.stickyFile().optional()
        },
      }),
      "a",
      (t) => ({ a: t }),
      (o) => o.a,
    ],
    ["preprocess", z.preprocess((value) => value, file), "", (t) => t, (o) => o],
    ["a transform", file.transform((value) => ({ value })), "", (t) => t, (o) => o.value],
    ["a refinement", file.refine((value) => value.size === 100), "", (t) => t, (o) => o],
    ["a description", file.describe("x").meta({ title: "y" }).brand("z"), "", (t) => t, (o) => o],
    ["partial", z.object({ a: file }).partial(), "a", (t) => ({ a: t }), (o) => o.a],
    ["a form", zfd.formData({ a: file }), "a", (t) => form(["a", t as string]), (o) => o.a],
    [
      "a form with nesting",
      zfd.formData({ a: z.array(z.object({ b: file })) }),
      "a.*.b",
      (t) => form(["a[0].b", t as string]),
      (o) => o.a[0].b,
    ],
  ]

  it.each(cases)("takes a token in %s", async (_what, schema, path, wrap, unwrap) => {
    const { data, error } = await submit(schema, async (procedure) => wrap(await stage(`${procedure}/${path}`)))
    expect(error).toBeUndefined()
    expect(unwrap(data)).toMatchObject({ name: "portrait.png", size: 100 })
  })

  it.each(cases)("takes a raw file in %s", async (_what, schema, _path, wrap, unwrap) => {
    const { data, error } = await submit(schema, () => wrap(new File([png], "portrait.png")))
    expect(error).toBeUndefined()
    expect(unwrap(data)).toMatchObject({ name: "portrait.png", size: 100, type: "image/png" })
  })

  it.each(cases.filter(([what]) => what !== "a catch"))(
    "refuses in %s a token of another field",
    async (_what, schema, _path, wrap) => {
      const { success } = await submit(schema, async () => wrap(await stage("else.where/upload")))
      expect(success).toBe(false)
    },
  )

  it("refuses a token of one field at another that has the very same schema", async () => {
    const pair = z.object({ front: file, back: file })
    const result = await submit(pair, async (procedure) => ({
      front: await stage(`${procedure}/back`),
      back: await stage(`${procedure}/back`),
    }))
    expect(codesOf(result)).toEqual([["front", "token_wrong_target"]])
  })

  it("gives each refusal its own place in a list", async () => {
    const list = z.object({ items: z.array(z.object({ photo: file })) })
    const result = await submit(list, async (procedure) => ({
      items: [{ photo: await stage(`${procedure}/items.*.photo`) }, { photo: "nonsense" }, {}],
    }))
    expect(codesOf(result)).toEqual([
      ["items.1.photo", "token_malformed"],
      ["items.2.photo", "file_required"],
    ])
  })
})

describe("stickyFile where nothing was picked", () => {
  const fallback = { name: "fallback" } as StickyFile
  const blanks: [string, unknown][] = [
    ["an empty text", ""],
    ["the empty File of an untouched input", untouched()],
    ["both", ["", untouched()]],
    ["an empty list", []],
  ]

  it.each(blanks)("takes %s for undefined under optional, nullish", (_what, blank) => {
    expect(file.optional().parse(blank)).toBeUndefined()
    expect(file.nullish().parse(blank)).toBeUndefined()
    expect(
      file
        .refine(() => true)
        .optional()
        .parse(blank),
    ).toBeUndefined()
  })

  it.each(blanks)("takes %s for null under nullable: its type has no undefined", (_what, blank) => {
    expect(file.nullable().parse(blank)).toBeNull()
    expect(file.nullable().optional().parse(blank)).toBeNull()
    expect(file.optional().nullable().parse(blank)).toBeUndefined()
  })

  it("requires a nullable file to be said", () => {
    expect(codesOf(file.nullable().safeParse(undefined))).toEqual([["", "file_required"]])
    expect(codesOf(z.object({ a: file.nullable() }).safeParse({}))).toEqual([["a", "file_required"]])
    expect(file.nullable().parse(null)).toBeNull()
  })

  it.each(blanks)("takes %s for the default", (_what, blank) => {
    expect(file.default(fallback).parse(blank)).toEqual(fallback)
    expect(file.default(fallback).parse(undefined)).toEqual(fallback)
  })

  it.each(blanks)(
    "takes %s for the prefault, and judges that: it gave undefined where the type has none",
    (_what, blank) => {
      const prefault = file.prefault(new File(["x"], "fallback.txt"))
      expect(prefault.parse(blank)).toMatchObject({ name: "fallback.txt", size: 1 })
      expect(prefault.parse(undefined)).toMatchObject({ name: "fallback.txt", size: 1 })
      expect(codesOf(file.prefault(new File([], "fallback.txt")).safeParse(blank))).toEqual([["", "file_empty"]])
    },
  )

  it("requires what required() asks for", () => {
    const schema = z.object({ a: file.optional() }).required()
    expect(schema.safeParse({ a: "" }).success).toBe(false)
    expect(schema.safeParse({}).success).toBe(false)
  })

  it("leaves the schema it was made from as strict as it was", () => {
    file.optional()
    file.nullable()
    expect(codesOf(file.safeParse(""))).toEqual([["", "file_required"]])
  })

  it("still refuses what is no file", () => {
    for (const schema of [file.optional(), file.nullable(), file.nullish(), file.default(fallback)]) {
      expect(codesOf(schema.safeParse("nonsense"))).toEqual([["", "token_malformed"]])
      expect(codesOf(schema.safeParse(5))).toEqual([["", "file_invalid"]])
    }
  })
})

describe("stickyFile in zod-form-data", () => {
  const schema = zfd.formData({ title: zfd.text(), upload: file.optional(), must: file })
  const submitted = (...entries: ((procedure: string) => Promise<[string, string | File]>)[]) =>
    submit(schema, async (procedure) =>
      form(["title", "x"], ...(await Promise.all(entries.map((each) => each(procedure))))),
    )
  const of = (name: string, value: string | File) => async (): Promise<[string, string | File]> => [name, value]
  const token =
    (name: string) =>
    async (procedure: string): Promise<[string, string | File]> => [name, await stage(`${procedure}/${name}`)]
  const raw = () => new File([png], "raw.png")

  it("takes untouched inputs for nothing, and requires what must be", async () => {
    const result = await submitted(of("upload", ""), of("upload", untouched()), of("must", ""), of("must", untouched()))
    expect(codesOf(result)).toEqual([["must", "file_required"]])
  })

  it("takes a token beside the untouched input of its name", async () => {
    const { data } = await submitted(token("must"), of("must", untouched()))
    expect(data?.must.name).toBe("portrait.png")
    expect(data?.upload).toBeUndefined()
  })

  it("lets a file win over a token of its name, whichever comes first", async () => {
    for (const entries of [
      [token("must"), of("must", raw())],
      [of("must", raw()), token("must")],
      [of("must", "nonsense"), of("must", raw())],
    ]) {
      const { data } = await submitted(...entries)
      expect(data?.must.name).toBe("raw.png")
    }
  })

  it("refuses two files or two tokens of one name", async () => {
    expect(codesOf(await submitted(of("must", raw()), of("must", raw())))).toEqual([["must", "file_invalid"]])
    expect(codesOf(await submitted(token("must"), token("must")))).toEqual([["must", "file_invalid"]])
  })
})

describe("messages of stickyFile", () => {
  afterEach(() => {
    z.config({ customError: undefined })
  })
  const messageOf = (schema: z.ZodType, params?: Parameters<z.ZodType["safeParse"]>[1]) =>
    schema.safeParse("", params).error?.issues[0]?.message

  it("can be replaced by a text, and by a function that knows what happened", () => {
    expect(messageOf(z.stickyFile({ error: "Bitte Datei wählen" }))).toBe("Bitte Datei wählen")
    const schema = z.stickyFile({ error: (issue) => `${issue.params?.code}!` })
    expect(messageOf(schema)).toBe("file_required!")
    expect(schema.safeParse("x").error?.issues[0]?.message).toBe("token_malformed!")
  })

  it("stay ours where the function has nothing to say", () => {
    expect(messageOf(z.stickyFile({ error: () => undefined }))).toBe("Please pick a file.")
  })

  it("can be replaced for one parse and for the whole app, the nearest first", () => {
    expect(messageOf(file, { error: () => "of the parse" })).toBe("of the parse")
    z.config({ customError: (issue) => (issue.code === "custom" ? `of the app: ${issue.params?.code}` : undefined) })
    expect(messageOf(file)).toBe("of the app: file_required")
    expect(messageOf(file, { error: () => ({ message: "of the parse" }) })).toBe("of the parse")
    expect(messageOf(z.stickyFile({ error: "of the field" }), { error: () => "of the parse" })).toBe("of the field")
  })

  it("stay with a schema that was copied", () => {
    const schema = z
      .stickyFile({ error: "of the field" })
      .describe("x")
      .refine(() => true)
    expect(messageOf(schema)).toBe("of the field")
    expect(schema.optional().safeParse(5).error?.issues[0]?.message).toBe("of the field")
  })
})

describe("copies of stickyFile", () => {
  const limited = z.stickyFile({ maxBytes: 10 })
  const large = new File(["x".repeat(11)], "a.txt")
  const small = new File(["x"], "a.txt")

  it.each<[string, (schema: z.ZodStickyFile) => z.ZodType]>([
    ["described", (schema) => schema.describe("x")],
    ["annotated", (schema) => schema.meta({ title: "x" })],
    ["refined", (schema) => schema.refine(() => true)],
    ["checked", (schema) => schema.check(() => undefined)],
    ["branded", (schema) => schema.brand("x")],
    ["cloned", (schema) => schema.clone()],
    ["optional", (schema) => schema.optional()],
    ["optional and back", (schema) => schema.optional().unwrap()],
  ])("keep their limits when they are %s", (_how, copy) => {
    expect(codesOf(copy(limited).safeParse(large))).toEqual([["", "file_too_large"]])
    expect(copy(limited).parse(small)).toMatchObject({ size: 1 })
  })

  it("ask a refinement only of a file that is good, and hand it the file", () => {
    const seen: number[] = []
    const refined = limited.refine((value) => seen.push(value.size) < 0, "no")
    expect(codesOf(refined.safeParse(large))).toEqual([["", "file_too_large"]])
    expect(issuesOf(refined.safeParse(small)).map(({ message }) => message)).toEqual(["no"])
    expect(seen).toEqual([1])
  })

  it("keep what was said of them", () => {
    expect(file.describe("a photo").description).toBe("a photo")
    expect(file.meta({ title: "Photo" }).meta()).toEqual({ title: "Photo" })
  })
})

describe("P8", () => {
  it("parses as often as one likes, and touches nothing", async () => {
    const schema = z.object({ upload: file })
    sticky.register({ twice: schema })
    const input = { upload: await stage("twice/upload") }
    const keys = async () => {
      const all: string[] = []
      for await (const { key } of storage.list()) all.push(key)
      return all.sort()
    }
    const before = await keys()
    const parsed = await Promise.all([1, 2, 3].map(() => sticky.parse(schema, input, { ctx: {}, procedure: "twice" })))
    expect(parsed.map(({ upload }) => upload.name)).toEqual(["portrait.png", "portrait.png", "portrait.png"])
    expect(await keys()).toEqual(before)
    expect(input.upload).toBeTypeOf("string")
  })

  it("parses synchronously, whatever the value", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const schema of [file, file.optional(), z.object({ a: file }), z.array(file)]) {
          expect(schema.safeParse(value)).not.toBeInstanceOf(Promise)
        }
      }),
    )
  })

  it("answers a standard schema's validate at once, with issues that carry the code", async () => {
    const schema = z.object({ upload: file })
    const refused = schema["~standard"].validate({ upload: "nonsense" })
    expect(refused).toMatchObject({ issues: [{ path: ["upload"], params: { code: "token_malformed" } }] })
    expect(file["~standard"].validate(new File(["x"], "a.txt"))).toMatchObject({ value: { name: "a.txt" } })
    expect(file["~standard"].vendor).toBe("zod")
  })

  it("parses asynchronously to the same", async () => {
    expect(codesOf(await z.object({ upload: file }).safeParseAsync({}))).toEqual([["upload", "file_required"]])
  })
})

describe("the JSON Schema of stickyFile", () => {
  const schema = z.object({
    upload: z.stickyFile({ maxBytes: 5_000_000, accept: ["image/*", ".pdf"] }).describe("A photo"),
    more: z.array(z.stickyFile({ maxBytes: Infinity, minBytes: 0 })).optional(),
    maybe: file.nullable(),
    or: file.optional(),
  })

  it.each(["input", "output"] as const)("says what the %s takes, as a token, with its limits", (io) => {
    const json = z.toJSONSchema(schema, { io })
    const token = { type: "string", format: "sticky-token" }
    expect(json.properties).toEqual({
      upload: {
        ...token,
        description: "A photo",
        "x-sticky-file": { maxBytes: 5_000_000, minBytes: 1, accept: ["image/*", ".pdf"] },
      },
      more: { type: "array", items: { ...token, "x-sticky-file": { minBytes: 0 } } },
      maybe: { anyOf: [{ ...token, "x-sticky-file": { maxBytes: 12_000_000, minBytes: 1 } }, { type: "null" }] },
      or: { ...token, "x-sticky-file": { maxBytes: 12_000_000, minBytes: 1 } },
    })
    expect(json.required).toEqual(["upload", "maybe"])
  })
})
