import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { refuse, StickyError } from "../core/errors.js"
import { stickyError } from "../core/messages.js"
import { createKeyring } from "./keyring.js"
import { redacted } from "./redacted.js"

const name = "Ann's divorce.pdf"
const hidden = "*.pdf (17 characters)"
const token = createKeyring(["a secret of more than thirty-two bytes"]).sign({
  aud: "letter/scan",
  jti: "AAAAAAAAAAAAAAAAAAAAAAAA",
  iat: 1,
  exp: 2,
  name,
  size: 3,
  type: "application/pdf",
})

describe("redacted", () => {
  it("keeps of an event what a log needs, and neither its context nor the name in it", () => {
    const expiresAt = new Date()
    const facts = { target: "letter/scan", subject: "ann", id: "x", size: 3, type: "application/pdf", expiresAt }
    const event = { ctx: { session: "secret" }, name, ...facts }
    expect(redacted(event)).toEqual({ ...facts, name: hidden })
    expect(event.name).toBe(name)
  })

  it("looks into what an event holds: the details of a refusal, what was stored", () => {
    const details = { name, reason: refuse("file_empty", { name }) }
    expect(redacted({ code: "token_not_allowed", details, stored: { key: "k", name } })).toEqual({
      code: "token_not_allowed",
      details: { name: hidden, reason: { code: "file_empty", details: { name: hidden } } },
      stored: { key: "k", name: hidden },
    })
  })

  it.each([
    ["a.png", "*.png (5 characters)"],
    ["写真.JPEG", "*.jpeg (7 characters)"],
    ["x", "* (1 character)"],
    ["letter to.mother-in-law", "* (23 characters)"],
    [".pdf", "*.pdf (4 characters)"],
    ["", "* (0 characters)"],
  ])("writes %j as %s", (given, written) => {
    expect(redacted({ name: given })).toEqual({ name: written })
  })

  it("takes the name out of an error's message, stack, details and causes, and leaves the rest of it", () => {
    const cause = Object.assign(new Error(`cannot read ${name}\n    at all, ${name}`), { errno: -13, syscall: "open" })
    const error = new StickyError("token_gone", { name }, `The file is gone: ${name}.`, { cause, path: ["upload"] })
    const copy = redacted(error)
    expect(inspect(copy)).not.toContain("divorce")
    expect(copy).toMatchObject({ code: "token_gone", status: 422, details: { name: hidden }, path: ["upload"] })
    expect(copy.message).toBe(`The file is gone: ${hidden}.`)
    expect(copy.stack).toContain(`StickyError: The file is gone: ${hidden}.\n    at `)
    expect(copy.stack).toContain("redacted.test.ts")
    expect(copy.cause).toMatchObject({ message: `cannot read ${hidden}\n    at all, ${hidden}`, errno: -13 })
    expect(copy.cause).toBeInstanceOf(Error)
    expect(error.message).toContain(name)
  })

  it("leaves the paths of our own keys in a system's error", () => {
    const cause = Object.assign(new Error("EACCES: permission denied, open '/tmp/staged.AAAA'"), {
      path: "/tmp/staged.AAAA",
    })
    const copy = redacted(stickyError("storage_failed", { storage: "disk", operation: "open" }, { cause }))
    expect(copy).toMatchObject({ details: { storage: "disk" }, cause: { message: cause.message, path: cause.path } })
  })

  it("takes the names out of each of several errors, and out of text that others wrote around them", () => {
    const other = 'a "divorce".pdf'
    const issuesOf = (name: string) => [{ code: "custom", message: `Empty: ${name}`, params: { details: { name } } }]
    const issues = [...issuesOf(name), ...issuesOf(other)]
    const error = new AggregateError([Object.assign(new Error(JSON.stringify(issues)), { issues })], "two")
    expect(inspect(redacted(error), { depth: 9 })).not.toContain("divorce")
  })

  it("takes tokens out wherever they stand", () => {
    const error = new Error(`no such target: ${token}, nor ${token}`)
    expect(redacted(error).message).toBe("no such target: [token], nor [token]")
    expect(redacted({ target: token, list: [token] })).toEqual({ target: "[token]", list: ["[token]"] })
  })

  it("says a code even where a file is called like it", () => {
    expect(redacted({ code: "file_empty", details: { name: "file_empty" } })).toMatchObject({ code: "file_empty" })
  })

  it("replaces a name once, though another is a part of what took its place", () => {
    const error = new AggregateError([stickyError("token_gone", { name: "c" })], "c and cc", { cause: { name: "cc" } })
    expect(redacted(error).message).toBe("* (1 character) and * (2 characters)")
  })

  it("tells of anything else no more than its class, and asks no getter", () => {
    class Session {
      user = name
    }
    const error = Object.assign(new Error("x"), { session: new Session(), body: Buffer.from(name), at: new Map() })
    Object.defineProperty(error, "trap", { enumerable: true, get: () => expect.fail("asked") })
    expect(redacted(error)).toMatchObject({ session: "[Session]", body: "[Buffer]", at: "[Map]" })
  })

  it("ends with what holds itself", () => {
    const error = new Error("round") as Error & { cause: unknown }
    error.cause = error
    const copy = redacted(error)
    expect(copy.cause).toBe(copy)
  })

  it.each([undefined, null, 7, true, "a text"])("passes %o", (value) => {
    expect(redacted(value)).toBe(value)
  })

  it("takes no longer for a text that is nearly a token", () => {
    const before = process.cpuUsage()
    redacted("a".repeat(200_000))
    redacted(`${"a".repeat(20)}.`.repeat(10_000))
    // A machine that stands still meanwhile does not count.
    const { user, system } = process.cpuUsage(before)
    expect(user + system).toBeLessThan(1_000_000)
  })
})
