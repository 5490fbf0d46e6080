import { describe, expect, it } from "vitest"
import { createObservers, type StickyHooks } from "./observers.js"
import { resultOf } from "./sweep-result.js"

const swept = { ...resultOf([], {}), removedFiles: 1 }

function observersOf(hooks: StickyHooks<unknown>) {
  const errors: unknown[] = []
  return { errors, observers: createObservers([hooks], (error) => errors.push(error)) }
}
/** What was told by now has been told. */
const told = () => new Promise((resolve) => setImmediate(resolve))

describe("createObservers", () => {
  it("tells a hook in a later turn, after everything that was waiting in this one, and in order", async () => {
    const order: unknown[] = []
    const { observers } = observersOf({ onSwept: ({ removedFiles }) => order.push(removedFiles) })
    observers.swept(swept)
    observers.swept({ ...swept, removedFiles: 2 })
    await Promise.resolve()
    process.nextTick(() => order.push("answered"))
    expect(order).toEqual([])
    await told()
    expect(order).toEqual(["answered", 1, 2])
  })

  it.each([
    [
      "throws",
      () => {
        throw new Error("broken")
      },
    ],
    ["rejects", () => Promise.reject(new Error("broken"))],
  ])("tells onError of a hook that %s, and goes on", async (_, onSwept) => {
    const { observers, errors } = observersOf({ onSwept })
    observers.swept(swept)
    observers.swept(swept)
    await told()
    expect(errors).toMatchObject([{ message: "broken" }, { message: "broken" }])
  })
})
