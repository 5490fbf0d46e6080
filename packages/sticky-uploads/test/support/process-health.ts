import { afterAll, beforeAll, expect } from "vitest"

/** Fails the file when anything in it left a rejection or an exception that nobody handled: either would end a server. */
export function expectNoStrayErrors(): void {
  const stray: unknown[] = []
  const note = (error: unknown) => stray.push(error)
  beforeAll(() => {
    process.on("unhandledRejection", note)
    process.on("uncaughtException", note)
  })
  afterAll(async () => {
    // Node reports a rejection after the microtasks of the turn it came up in.
    await new Promise((resolve) => setImmediate(resolve))
    process.off("unhandledRejection", note)
    process.off("uncaughtException", note)
    expect(stray).toEqual([])
  })
}
