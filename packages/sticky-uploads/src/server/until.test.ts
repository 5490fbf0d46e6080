import { getEventListeners } from "node:events"
import { describe, expect, it } from "vitest"
import { until } from "./until.js"

describe("until", () => {
  it("passes everything on, and an error, as long as nothing stops it", async () => {
    const source = (async function* () {
      yield* [1, 2]
      throw new Error("broken")
    })()
    const { signal } = new AbortController()
    const passed: number[] = []
    await expect(async () => {
      for await (const each of until(signal, source)) passed.push(each)
    }).rejects.toThrow("broken")
    expect(passed).toEqual([1, 2])
    expect(getEventListeners(signal, "abort")).toEqual([])
  })

  it("ends when it is stopped, though the source stands still", async () => {
    const stop = new AbortController()
    const source = (async function* () {
      yield 1
      stop.abort()
      await new Promise(() => undefined)
    })()
    const passed: number[] = []
    for await (const each of until(stop.signal, source)) passed.push(each)
    expect(passed).toEqual([1])
  })

  it("lets go of a source that it does not read to the end", async () => {
    let letGo = () => {}
    const gone = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const source = (async function* () {
      try {
        yield* [1, 2, 3]
      } finally {
        letGo()
      }
    })()
    for await (const _ of until(undefined, source)) break
    await gone
  })
})
