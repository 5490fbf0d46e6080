import { describe, expect, it, vi } from "vitest"
import { gate } from "../../test/support/doubles.js"
import { createInspect, type InspectedFile, type Inspector } from "./inspectors.js"
import type { Follow } from "./telemetry.js"

const file: InspectedFile = {
  name: "a.png",
  size: 1,
  type: "image/png",
  sha256: undefined,
  target: "a/b",
  open: async () => (async function* () {})(),
}

const inspector = (inspect: Inspector["inspect"], more: Partial<Inspector> = {}): Inspector => ({
  name: "test",
  inspect,
  ...more,
})

const follow: Follow = (_activity, work) => work()

function create(inspectors: readonly Inspector[], more: { maxInspectSeconds?: number; inspectAtOnce?: number } = {}) {
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  return {
    errors,
    inspect: createInspect({ inspectors, maxInspectSeconds: 60, inspectAtOnce: 10, follow, onError, ...more }),
  }
}
const failed = { code: "inspection_failed", details: { inspector: "test" } }
const forEver = () => new Promise<undefined>(() => {})

describe("createInspect", () => {
  it("asks one inspector after the other, and none after one that refuses", async () => {
    const asked: string[] = []
    const says = (name: string, reason?: string) =>
      inspector(
        async (one) => {
          asked.push(`${name}: ${one.name}`)
          return reason
        },
        { name },
      )
    const { inspect } = create([says("first"), says("second", "it has a virus"), says("third")])
    expect(await inspect(file)).toEqual({
      code: "file_refused",
      details: { name: "a.png", inspector: "second", reason: "it has a virus" },
    })
    expect(asked).toEqual(["first: a.png", "second: a.png"])
    expect(await create([says("first")]).inspect(file)).toBeUndefined()
  })

  it("refuses for a reason without words too, and calls it by the inspector", async () => {
    const { inspect } = create([inspector(async () => "")])
    expect(await inspect(file)).toMatchObject({ code: "file_refused", details: { reason: "test" } })
  })

  const failures: [string, Inspector["inspect"]][] = [
    ["rejects", async () => Promise.reject(new Error("down"))],
    [
      "throws at once",
      () => {
        throw new Error("down")
      },
    ],
    ["gives no promise", (() => undefined) as never],
  ]
  it.each(failures)("refuses a file whose inspector %s, or lets it pass as the inspector says", async (_, fails) => {
    const refusing = create([inspector(fails)])
    expect(await refusing.inspect(file)).toEqual(failed)
    expect(refusing.errors).toHaveLength(1)
    const accepting = create([inspector(fails, { onFailure: "accept" }), inspector(async () => "no")])
    expect(await accepting.inspect(file)).toMatchObject({ code: "file_refused" })
    expect(accepting.errors).toHaveLength(1)
  })

  it("waits no longer than it was told for one that does not heed its signal, and tells who it was", async () => {
    const inspected = vi.fn((_file: InspectedFile, _signal: AbortSignal) => forEver())
    const { inspect, errors } = create([inspector(inspected)], { maxInspectSeconds: 0.02 })
    expect(await inspect(file)).toEqual(failed)
    expect(inspected.mock.calls[0]?.[1].aborted).toBe(true)
    expect(errors).toEqual([new Error('inspector "test" took longer than 0.02 s')])
  })

  it("lets so many be inspected at once, and the others in their order", async () => {
    const ends = new Map(["1", "2", "3"].map((name) => [name, gate<undefined>()]))
    const begun: string[] = []
    const inspected = async ({ name }: InspectedFile) => {
      begun.push(name)
      return ends.get(name)?.opened
    }
    const { inspect } = create([inspector(inspected)], { inspectAtOnce: 2 })
    const [first, second, third] = [...ends.keys()].map((name) => inspect({ ...file, name }))
    await new Promise((resolve) => setImmediate(resolve))
    expect(begun).toEqual(["1", "2"])
    ends.get("2")?.open(undefined)
    await second
    await new Promise((resolve) => setImmediate(resolve))
    expect(begun).toEqual(["1", "2", "3"])
    for (const end of ends.values()) end.open(undefined)
    expect(await Promise.all([first, third])).toEqual([undefined, undefined])
  })

  it("gives the turn on when an inspector throws at once, hangs, or was never had", async () => {
    const inspected = ({ name }: InspectedFile) => {
      if (name === "throws") throw new Error("at once")
      return name === "hangs" ? forEver() : Promise.resolve(undefined)
    }
    const { inspect } = create([inspector(inspected)], { inspectAtOnce: 1, maxInspectSeconds: 0.05 })
    const of = (name: string) => inspect({ ...file, name })
    expect(await of("throws")).toEqual(failed)
    expect(await Promise.all(["hangs", "hangs", "hangs"].map(of))).toEqual([failed, failed, failed])
    expect(await of("another")).toBeUndefined()
  })

  it("lets a file leave the line that is gone, and gives its turn to the next", async () => {
    const { open: end, opened } = gate<undefined>()
    const { inspect } = create([inspector(({ name }) => (name === "slow" ? opened : Promise.resolve(undefined)))], {
      inspectAtOnce: 1,
    })
    const slow = inspect({ ...file, name: "slow" })
    const gone = new AbortController()
    const inLine = inspect(file, gone.signal)
    gone.abort()
    expect(await inLine).toEqual(failed)
    end(undefined)
    expect(await slow).toBeUndefined()
    expect(await inspect(file)).toBeUndefined()
  })

  it("stops when the file is gone, and makes no fuss about it", async () => {
    const gone = new AbortController()
    const inspected = vi.fn((_file: InspectedFile, _signal: AbortSignal) => forEver())
    const { inspect, errors } = create([inspector(inspected, { onFailure: "accept" })])
    const inspecting = inspect(file, gone.signal)
    await vi.waitUntil(() => inspected.mock.calls.length > 0, { timeout: 20_000 })
    gone.abort()
    expect(await inspecting).toEqual(failed)
    expect(inspected.mock.calls[0]?.[1].aborted).toBe(true)
    expect(errors).toEqual([])
  })

  it("takes nothing for an inspector that is none", () => {
    const is = /inspect has something that is no inspector/
    expect(() => create([(async () => undefined) as never])).toThrow(is)
    expect(() => create([undefined as never])).toThrow(is)
  })
})
