import { type Operation, type OperationLink, TRPCClientError } from "@trpc/client"
import type { AnyRouter } from "@trpc/server"
import { observable } from "@trpc/server/observable"
import type { StickyToken } from "sticky-uploads"
import { stickyLink } from "sticky-uploads/link"
import { describe, expect, it } from "vitest"

type Next = Parameters<OperationLink<AnyRouter>>[0]["next"]

/** Sends an input through the link; resolves to the operation that comes out, and what was uploaded. */
async function send(input: unknown) {
  const uploads: string[] = []
  const client = {
    upload: async (file: File, target: string) => {
      uploads.push(`${target} ${file.name}`)
      return `token of ${file.name}` as StickyToken
    },
    forget() {},
  }
  const op: Operation = { id: 1, type: "mutation", path: "a.b", input, context: {}, signal: null }
  const out = await new Promise<Operation>((resolve, reject) => {
    const next: Next = (given) => {
      resolve(given)
      return observable((observer) => observer.complete())
    }
    // The runtime is of no use to the link.
    stickyLink({ client })({} as never)({ op, next }).subscribe({ error: reject })
  })
  return { op, out, uploads }
}

/** Makes a call with one File that ends as told; resolves to how often it was uploaded, what was forgotten, and the error. */
async function call(given: Partial<Operation>, failure?: string) {
  const forgotten: string[] = []
  let uploads = 0
  const client: Parameters<typeof stickyLink>[0]["client"] = {
    async upload(_file, _target, options) {
      options?.signal?.throwIfAborted()
      uploads += 1
      return "token" as StickyToken
    },
    forget: (_file, target) => void forgotten.push(target),
  }
  const input = { file: new File([], "x") }
  const op: Operation = { id: 1, type: "mutation", path: "a.b", input, context: {}, signal: null, ...given }
  const next: Next = () =>
    observable((observer) => {
      if (failure) return void observer.error(TRPCClientError.from(new Error(failure)))
      observer.next({ result: { data: 1 } })
      observer.complete()
    })
  const error = await new Promise((resolve) => {
    const complete = () => resolve(undefined)
    stickyLink({ client })({} as never)({ op, next }).subscribe({ error: resolve, complete })
  })
  return { uploads, forgotten, error }
}

describe("stickyLink", () => {
  it.each([
    ["FormData", new FormData()],
    ["a File alone", new File([], "x")],
    ["no input", undefined],
    ["null", null],
    ["JSON", { a: [1, { b: null }], d: new Date(0) }],
    ["a File in an object of a class", { map: new Map([["a", new File([], "x")]]) }],
  ])("lets %s through untouched", async (_what, input) => {
    const { op, out, uploads } = await send(input)
    expect(out).toBe(op)
    expect(uploads).toEqual([])
  })

  it("puts tokens where Files were, in a copy, and keeps all else", async () => {
    const when = new Date(0)
    const input = { when, none: undefined, a: { b: [new File([], "1"), "text", [{ c: new File([], "2") }]] } }
    const { out, uploads } = await send(input)
    expect(out.input).toEqual({ when, none: undefined, a: { b: ["token of 1", "text", [{ c: "token of 2" }]] } })
    expect(uploads).toEqual(["a.b/a.b.* 1", "a.b/a.b.*.*.c 2"])
    expect(input.a.b[0]).toBeInstanceOf(File)
  })

  it("is not led astray by names of Object.prototype, nor by circles", async () => {
    const input = JSON.parse(`{"__proto__": {"x": 1}, "constructor": {"prototype": {}}}`)
    Object.assign(input, { self: input, file: new File([], "1") })
    const { out } = await send(input)
    expect(Object.getPrototypeOf(out.input)).toBe(Object.prototype)
    expect(out.input).toHaveProperty("file", "token of 1")
    expect({}).not.toHaveProperty("x")
  })

  it("forgets the token that a mutation used up, and keeps that of a query", async () => {
    expect(await call({})).toEqual({ uploads: 1, forgotten: ["a.b/file"], error: undefined })
    expect(await call({ type: "query" })).toEqual({ uploads: 1, forgotten: [], error: undefined })
  })

  const issue = (path: unknown[], code?: string) =>
    JSON.stringify([{ path, message: "No.", ...(code && { params: { code } }) }])

  it.each([
    ["that its token expired", issue(["file"], "token_expired"), ["a.b/file"]],
    ["that its token is being submitted", issue(["file"], "token_busy"), []],
    ["another rule of the field", issue(["file"]), []],
    ["the token of another field", issue(["files", 0], "token_expired"), []],
    ["no fields at all", "The database is gone.", []],
  ])("uploads again after a call that failed for %s only if that was the token", async (_what, failure, targets) => {
    const { forgotten, error } = await call({}, failure)
    expect(forgotten).toEqual(targets)
    expect(error).toBeInstanceOf(TRPCClientError)
  })

  it("uploads nothing for a call that was aborted before it began", async () => {
    const { uploads, error } = await call({ signal: AbortSignal.abort() })
    expect(uploads).toBe(0)
    expect(error).toBeInstanceOf(TRPCClientError)
  })
})
