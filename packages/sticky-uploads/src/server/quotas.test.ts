import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { createQuotas, type Load, type QuotaOptions, type Quotas } from "./quotas.js"

const ann = { sub: "ann" }
const bob = { sub: "bob" }
const create = (options: QuotaOptions = {}): Quotas =>
  createQuotas(options, { name: undefined, expiresInSeconds: 86_400, onError: (error) => expect.fail(String(error)) })
const load = (bytes: number, rest: Partial<Load> = {}): Load => ({
  bytes,
  filesBytes: 1000,
  besideBytes: 0,
  largestBytes: 1000,
  ...rest,
})
const now = () => Math.floor(Date.now() / 1000)
const errorOf = (entering: Promise<unknown>) => entering.then(() => undefined).catch((error: unknown) => error)
/** Lets the counters settle what was given back. */
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe("quotas.uploadsPerMinute", () => {
  it("is 120 for each person, and says when to come again", async () => {
    const quotas = create()
    for (let count = 0; count < 120; count += 1) (await quotas.enter(ann, load(1))).leave()
    vi.setSystemTime(Date.now() + 20_000)
    expect(await errorOf(quotas.enter(ann, load(1)))).toMatchObject({
      code: "too_many_uploads",
      status: 429,
      details: { maxPerMinute: 120, retrySeconds: 40 },
    })
    expect(await errorOf(quotas.enter(bob, load(1)))).toBeUndefined()
    expect(await errorOf(quotas.enter({ by: "ann" }, load(1)))).toBeUndefined()
    await vi.advanceTimersByTimeAsync(40_000)
    expect(await errorOf(quotas.enter(ann, load(1)))).toBeUndefined()
  })

  it("counts uploads that were refused for another reason", async () => {
    const quotas = create({ uploadsPerMinute: 2, waitingBytes: 10 })
    for (let count = 0; count < 2; count += 1)
      expect(await errorOf(quotas.enter(ann, load(11)))).toMatchObject({ code: "too_many_bytes" })
    expect(await errorOf(quotas.enter(ann, load(1)))).toMatchObject({ code: "too_many_uploads" })
  })

  it("false counts none", async () => {
    const quotas = create({ uploadsPerMinute: false })
    for (let count = 0; count < 1000; count += 1) (await quotas.enter(ann, load(1))).leave()
  })
})

describe("quotas.waitingBytes", () => {
  it("counts what is under way as it was declared, and afterwards what was kept", async () => {
    const quotas = create({ waitingBytes: 1000 })
    const pass = await quotas.enter(ann, load(900))
    expect(await errorOf(quotas.enter(ann, load(101)))).toMatchObject({
      code: "too_many_bytes",
      status: 429,
      details: { maxBytes: 1000, retrySeconds: 86_400 },
    })
    expect(await errorOf(quotas.enter(bob, load(1000)))).toBeUndefined()
    pass.keep(600)
    pass.leave()
    await settle()
    expect(await errorOf(quotas.enter(ann, load(401)))).toMatchObject({ code: "too_many_bytes" })
    expect(await errorOf(quotas.enter(ann, load(400)))).toBeUndefined()
  })

  it("has all back of an upload of which nothing was kept, and a file's own once it does not wait any more", async () => {
    const quotas = create({ waitingBytes: 1000 })
    ;(await quotas.enter(ann, load(1000))).leave()
    await settle()
    const pass = await quotas.enter(ann, load(1000))
    pass.keep(1000)
    pass.leave()
    await settle()
    quotas.giveBack({ ...ann, size: 1000, iat: now() })
    await settle()
    expect(await errorOf(quotas.enter(ann, load(1000)))).toBeUndefined()
  })

  it("holds for those without a subject, who have theirs back too", async () => {
    const quotas = create({ waitingBytes: 1000 })
    const pass = await quotas.enter({ by: "hash" }, load(1000))
    pass.keep(1000)
    pass.leave()
    expect(await errorOf(quotas.enter({ by: "hash" }, load(1)))).toMatchObject({ code: "too_many_bytes" })
    quotas.giveBack({ by: "hash", size: 1000, iat: now() })
    await settle()
    expect(await errorOf(quotas.enter({ by: "hash" }, load(1000)))).toBeUndefined()
  })

  it("lets in on top what a form has beside its files", async () => {
    const quotas = create({ waitingBytes: 1000 })
    const pass = await quotas.enter(ann, load(1200, { besideBytes: 200 }))
    pass.keep(1000)
    pass.leave()
    await settle()
    expect(await errorOf(quotas.enter(ann, load(200, { besideBytes: 200 })))).toBeUndefined()
    expect(await errorOf(quotas.enter(ann, load(1, { besideBytes: 200 })))).toMatchObject({
      code: "too_many_bytes",
      details: { maxBytes: 1000 },
    })
  })

  it("takes a body without a length for the largest that may come", async () => {
    const quotas = create({ waitingBytes: 1500 })
    await quotas.enter(ann, load(Number.POSITIVE_INFINITY))
    expect(await errorOf(quotas.enter(ann, load(Number.POSITIVE_INFINITY)))).toMatchObject({ code: "too_many_bytes" })
    expect(await errorOf(quotas.enter(ann, load(500)))).toBeUndefined()
  })

  it("is by default a gigabyte, ten of the largest files of any field, or what one form may have", async () => {
    const quotas = create()
    const more = (bytes: Partial<Load>) => errorOf(quotas.enter(ann, load(1000, bytes)))
    await quotas.enter(ann, load(10 ** 9, { filesBytes: 10 ** 9 }))
    expect(await more({})).toMatchObject({ code: "too_many_bytes", details: { maxBytes: 10 ** 9 } })
    expect(await more({ largestBytes: 10 ** 8 })).toMatchObject({ code: "too_many_bytes" })
    expect(await more({ largestBytes: 10 ** 8 + 100 })).toBeUndefined()
    expect(await more({ filesBytes: 10 ** 9 + 1000 })).toMatchObject({ code: "too_many_bytes" })
    expect(await more({ filesBytes: 10 ** 9 + 2000 })).toBeUndefined()
  })

  it("counts what a field without a limit was sent once it is there, and never forgets how to count", async () => {
    const unlimited = { filesBytes: Number.POSITIVE_INFINITY, largestBytes: Number.POSITIVE_INFINITY }
    const quotas = create()
    for (const declared of [Number.POSITIVE_INFINITY, 10 ** 19, Number.NaN]) {
      const pass = await quotas.enter(ann, load(declared, unlimited))
      pass.keep(400_000_000)
      pass.leave()
      await settle()
    }
    expect(await errorOf(quotas.enter(ann, load(1)))).toMatchObject({ code: "too_many_bytes" })
    quotas.giveBack({ ...ann, size: 400_000_000, iat: now() })
    await settle()
    expect(await errorOf(quotas.enter(ann, load(200_000_000, { filesBytes: 10 ** 9 })))).toBeUndefined()
    expect(await errorOf(quotas.enter(ann, load(1)))).toMatchObject({ code: "too_many_bytes" })
  })

  it("lets no body without a length into a field without one where a limit is set", async () => {
    const unlimited = { filesBytes: Number.POSITIVE_INFINITY, largestBytes: Number.POSITIVE_INFINITY }
    const quotas = create({ waitingBytes: 1000 })
    expect(await errorOf(quotas.enter(ann, load(Number.POSITIVE_INFINITY, unlimited)))).toMatchObject({
      code: "too_many_bytes",
    })
    expect(await errorOf(quotas.enter(ann, load(1000, unlimited)))).toBeUndefined()
  })

  it("false counts none", async () => {
    const quotas = create({ waitingBytes: false })
    const pass = await quotas.enter(ann, load(10 ** 15, { filesBytes: 10 ** 15 }))
    pass.keep(10 ** 15)
    pass.leave()
    quotas.giveBack({ ...ann, size: 1, iat: now() })
  })
})

describe("quotas.uploadsAtOnce", () => {
  it("is how many places there are, and a place that was left is free", async () => {
    const quotas = create({ uploadsAtOnce: 2 })
    const pass = await quotas.enter(ann, load(1))
    await quotas.enter(bob, load(1))
    expect(await errorOf(quotas.enter({ sub: "cleo" }, load(1)))).toMatchObject({
      code: "server_busy",
      status: 503,
      details: { retrySeconds: 1 },
    })
    pass.leave()
    expect(await errorOf(quotas.enter({ sub: "cleo" }, load(1)))).toBeUndefined()
  })

  it("leaves others half of the places, however many one person asks for at once", async () => {
    const quotas = create({ uploadsAtOnce: 100, uploadsPerMinute: false })
    const outcomes = await Promise.all(Array.from({ length: 90 }, () => errorOf(quotas.enter(ann, load(1)))))
    expect(outcomes.filter((error) => error === undefined)).toHaveLength(50)
    expect(await errorOf(quotas.enter(bob, load(1)))).toBeUndefined()
  })

  it("counts nobody out whom another limit refused", async () => {
    const quotas = create({ uploadsAtOnce: 1, waitingBytes: 10 })
    for (let count = 0; count < 3; count += 1)
      expect(await errorOf(quotas.enter(ann, load(11)))).toMatchObject({ code: "too_many_bytes" })
    expect(await errorOf(quotas.enter(ann, load(10)))).toBeUndefined()
  })

  it("false has a place for everyone", async () => {
    const quotas = create({ uploadsAtOnce: false, uploadsPerMinute: false })
    for (let count = 0; count < 3000; count += 1) await quotas.enter(ann, load(1))
  })
})

describe("createQuotas", () => {
  it.each([
    ["uploadsPerMinute", 0],
    ["uploadsPerMinute", 1.5],
    ["waitingBytes", -1],
    ["waitingBytes", Number.POSITIVE_INFINITY],
    ["uploadsAtOnce", Number.NaN],
    ["uploadsAtOnce", "10"],
    ["uploadsPerMinute", null],
  ])("does not take %s: %s", (option, value) => {
    expect(() => create({ [option]: value })).toThrow(
      `sticky-uploads: quotas.${option} is ${value}; give a whole number of 1 or more, or false`,
    )
  })
})
