import type { Operation, OperationLink } from "@trpc/client"
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
})
