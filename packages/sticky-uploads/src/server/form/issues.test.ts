import { TRPCError } from "@trpc/server"
import { describe, expect, it } from "vitest"
import { refuse } from "../../core/errors.js"
import { stickyError } from "../../core/messages.js"
import * as z from "../../zod.js"
import { issuesIn } from "./issues.js"

const say = ({ code }: { code: string }) => `in other words: ${code}`
const found = (error: unknown) => issuesIn(error, say)
const zodErrorOf = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error
const fileIsGone = refuse("token_gone", { name: "a.png" })
const withParams = (message: string) =>
  Object.assign(new Error("invalid"), { issues: [{ path: ["upload"], message, params: fileIsGone }] })

describe("issuesIn", () => {
  it("reads the issues of a ZodError, bare or as the cause of a tRPC error", () => {
    const error = zodErrorOf(z.object({ title: z.string().min(1, "Write a title.") }), { title: "" })
    const issues = [{ path: ["title"], message: "Write a title.", code: undefined }]
    expect(found(error)).toEqual(issues)
    expect(found(new TRPCError({ code: "BAD_REQUEST", cause: error as Error }))).toEqual(issues)
  })

  it("says an issue of ours in the person's words, unless the schema has its own", () => {
    const own = stickyError("token_gone", { name: "a.png" }).message
    expect(found(withParams(own))).toEqual([
      { path: ["upload"], message: "in other words: token_gone", code: "token_gone" },
    ])
    expect(found(withParams("Pick it again."))?.[0]).toMatchObject({ message: "Pick it again.", code: "token_gone" })
  })

  it("leaves an issue alone whose code is another's", () => {
    const issues = [{ path: [], message: "no", params: { code: "toString", details: {} } }]
    expect(found(Object.assign(new Error("invalid"), { issues }))?.[0]?.message).toBe("no")
  })

  it("takes a refusal of ours for a fault of its field, or of the form", () => {
    const error = stickyError("token_busy", { name: "a.png" })
    expect(found(error)).toEqual([{ path: [], message: "in other words: token_busy", code: "token_busy" }])
    const atField = Object.assign(stickyError("token_busy", { name: "a.png" }), { path: ["upload"] })
    expect(found(atField)?.[0]?.path).toEqual(["upload"])
  })

  it("shows the message of a tRPC error that has no issues", () => {
    const error = new TRPCError({ code: "CONFLICT", message: "That title is taken." })
    expect(found(error)).toEqual([{ path: [], message: "That title is taken." }])
  })

  it.each([
    ["what is no error", "no"],
    ["an error of another kind", new Error("no")],
    ["a failure of ours", stickyError("storage_failed", { storage: "temp", operation: "write" })],
    [
      "an internal tRPC error, whatever its cause",
      new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause: zodErrorOf(z.string(), 1) as Error }),
    ],
  ])("finds nothing that a person can mend in %s", (_, error) => {
    expect(found(error)).toBeUndefined()
  })
})
