import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { Outcome, UploadFailure } from "./answer.js"
import { clientEnglish } from "./messages.js"
import { type Retrying, type RetryOptions, retries, secondsUntilRetry } from "./retries.js"

const failure = (status: number, details = {}): UploadFailure => ({
  is_valid: false,
  errors: { upload: ["No."] },
  code: "internal_error",
  details,
  status,
})
const accepted = { is_valid: true, filename: "a", url: null, stored: "token" } as unknown as Outcome
const refused: Outcome = { is_valid: false, errors: { upload: ["Too bad."] }, code: "file_empty", details: {} }

describe("secondsUntilRetry", () => {
  const passing = fc.constantFrom(0, 408, 429, 502, 503, 504)

  it("doubles from one second, is never before what the server asked, and never more than a quarter later", () => {
    fc.assert(
      fc.property(passing, fc.integer({ min: 1, max: 6 }), fc.nat(120), (status, attempt, asked) => {
        const least = Math.max(2 ** (attempt - 1), asked)
        const wait = secondsUntilRetry(failure(status), attempt, asked, {})
        expect(wait).toBeGreaterThanOrEqual(least)
        expect(wait).toBeLessThanOrEqual(least * 1.25)
      }),
    )
  })

  it("gives up on whatever a server said for good, and in the end on everything", () => {
    fc.assert(
      fc.property(fc.nat(599), fc.nat(20), fc.nat(1000), fc.nat(9), (status, attempt, asked, times) => {
        const again = secondsUntilRetry(failure(status), attempt, asked, { times })
        const isPassing = [0, 408, 429, 502, 503, 504].includes(status)
        expect(again !== undefined).toBe(isPassing && attempt <= times && asked <= 120)
      }),
    )
    expect(secondsUntilRetry({ status: 408, code: "upload_too_slow" }, 1, 0, {})).toBeUndefined()
    expect(secondsUntilRetry(failure(429), 1, 300, { maxSeconds: 300 })).toBeGreaterThanOrEqual(300)
  })
})

describe("retries", () => {
  const told: Retrying[] = []
  const ends: Outcome[] = []
  let sent = 0
  let answer: (outcome: Outcome, headers?: Record<string, string>, readyState?: number) => void

  /** Begins an upload whose answers the test gives. */
  function begin(options?: RetryOptions, words = {}) {
    return retries(options)(
      (done) => {
        sent += 1
        answer = (outcome, headers = {}, readyState = 4) =>
          done(outcome, { readyState, DONE: 4, getResponseHeader: (name: string) => headers[name] ?? null } as never)
        return { abort: () => answer(failure(0)) }
      },
      (outcome) => ends.push(outcome),
      (_, retrying) => told.push(retrying),
      { ...clientEnglish, ...words },
    )
  }
  const goOnline = () => {
    vi.stubGlobal("navigator", { onLine: true })
    dispatchEvent(new Event("online"))
  }

  beforeEach(() => {
    const page = new EventTarget()
    vi.stubGlobal("navigator", { onLine: true })
    for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"] as const)
      vi.stubGlobal(name, page[name].bind(page))
    vi.useFakeTimers()
    vi.spyOn(Math, "random").mockReturnValue(0)
    told.length = 0
    ends.length = 0
    sent = 0
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  it("send again after 1, 2, 4 seconds and so on, six times, and then leave it at the last failure", () => {
    begin()
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      answer(failure(502))
      expect(told.at(-1)).toMatchObject({ attempt, seconds: 2 ** (attempt - 1) })
      vi.advanceTimersByTime(1000 * 2 ** (attempt - 1) - 1)
      expect(sent).toBe(attempt)
      vi.advanceTimersByTime(1)
      expect(sent).toBe(attempt + 1)
    }
    answer(failure(504))
    expect([ends, told.length, vi.getTimerCount()]).toEqual([[failure(504)], 6, 0])
  })

  it.each([
    ["a token", accepted],
    ["a refusal of the file", refused],
    ["a 403", failure(403)],
    ["a 500", failure(500)],
    ["a foreign page", failure(200)],
  ])("do nothing more about %s", (_what, outcome) => {
    begin()
    answer(outcome)
    expect([ends, told, vi.getTimerCount()]).toEqual([[outcome], [], 0])
  })

  it("leave alone what could not even be sent", () => {
    begin()
    answer(failure(0), {}, 1)
    expect([ends.length, told]).toEqual([1, []])
  })

  it.each([
    ["our own details", failure(429, { retrySeconds: 57 }), {}],
    ["a header with a number", failure(503), { "Retry-After": "57" }],
    ["a header with a date", failure(503), { "Retry-After": "Mon, 23 Nov 2026 12:00:57 GMT" }],
  ])("wait for as long as the server asks by %s, network or not", (_what, outcome, headers) => {
    vi.setSystemTime(new Date("2026-11-23T12:00:00Z"))
    begin()
    answer(outcome, headers)
    expect(told).toMatchObject([{ attempt: 1, seconds: 57 }])
    goOnline()
    vi.advanceTimersByTime(56_999)
    expect(sent).toBe(1)
    vi.advanceTimersByTime(1)
    expect(sent).toBe(2)
  })

  it("take a header that says nothing for none, and one that asks too much for the end", () => {
    begin()
    answer(failure(503), { "Retry-After": "soon" })
    expect(told).toMatchObject([{ seconds: 1 }])
    vi.advanceTimersByTime(1000)
    answer(failure(429, { retrySeconds: 86_400 }))
    expect([ends.length, sent]).toEqual([1, 2])
  })

  it("wait for a network where there is none, however long, and go on at once when there is", () => {
    vi.stubGlobal("navigator", { onLine: false })
    begin()
    answer(failure(0))
    expect(told).toEqual([{ attempt: 1, seconds: undefined, message: expect.stringContaining("No connection") }])
    vi.advanceTimersByTime(86_400_000)
    expect(sent).toBe(1)
    goOnline()
    expect(sent).toBe(2)
    goOnline()
    expect(sent).toBe(2)
    answer(accepted)
    expect(ends).toEqual([accepted])
  })

  it("do not wait out a pause that nobody asked for when the network comes back", () => {
    begin()
    answer(failure(0))
    goOnline()
    expect([sent, vi.getTimerCount()]).toEqual([2, 0])
  })

  it.each(["while it runs", "while it waits"])("end with the failure when they are aborted %s", (when) => {
    const upload = begin()
    if (when === "while it waits") answer(failure(503))
    upload.abort()
    expect(ends).toHaveLength(1)
    goOnline()
    vi.advanceTimersByTime(600_000)
    expect([sent, ends.length]).toEqual([1, 1])
  })

  it("say it in the words that they are given", () => {
    begin({}, { retrying: ({ seconds }: { seconds: number }) => `Noch ${seconds} s` })
    answer(failure(502))
    expect(told[0]?.message).toBe("Noch 1 s")
    begin()
    answer(failure(502))
    expect(told[1]?.message).toBe("Upload interrupted; trying again in 1 second.")
  })
})
