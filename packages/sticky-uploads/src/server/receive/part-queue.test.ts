import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Part } from "./part.js"
import { createPartQueue } from "./part-queue.js"

const bytes = (text: string) => ({ bytes: Buffer.from(text) })
const part = (name: string, filename?: string) => ({ part: { name, filename } })
const mebibyte = 1_048_576

function queueOf() {
  const flow: boolean[] = []
  const queue = createPartQueue(
    (open) => flow.push(open),
    () => mebibyte,
  )
  return { queue, flow, parts: queue.parts() }
}

async function read(part: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of part) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function next(parts: AsyncGenerator<Part>): Promise<Part> {
  const { value, done } = await parts.next()
  if (done) throw new Error("there are no more parts")
  return value
}

describe("createPartQueue", () => {
  it("hands on parts and their bytes in the order in which they came", async () => {
    const { queue, parts } = queueOf()
    for (const item of [part("a"), bytes("1"), bytes("2"), "end", part("b", "b.txt"), "end", "finish"] as const)
      queue.push(item)
    const seen: [string, string | undefined, string][] = []
    for await (const each of parts) seen.push([each.name, each.filename, await read(each)])
    expect(seen).toEqual([
      ["a", undefined, "12"],
      ["b", "b.txt", ""],
    ])
  })

  it("waits for what has not come yet", async () => {
    const { queue, parts } = queueOf()
    const first = next(parts)
    queue.push(part("a"))
    const text = read(await first)
    queue.push(bytes("1"))
    // Whoever asked again and again instead of waiting would never let this turn come.
    await new Promise((resolve) => setImmediate(resolve))
    queue.push(bytes("2"))
    queue.push("end")
    expect(await text).toBe("12")
    const over = parts.next()
    queue.push("finish")
    expect(await over).toEqual({ value: undefined, done: true })
  })

  it("skips what a reader left unread, wherever it stopped", async () => {
    const { queue, parts } = queueOf()
    for (const name of ["a", "b", "c"]) {
      for (const item of [part(name), bytes(`${name}1`), bytes(`${name}2`), "end"] as const) queue.push(item)
    }
    queue.push("finish")
    await next(parts)
    for await (const chunk of await next(parts)) {
      expect(Buffer.from(chunk).toString()).toBe("b1")
      break
    }
    expect(await read(await next(parts))).toBe("c1c2")
    expect((await parts.next()).done).toBe(true)
  })

  it("gives a part that was passed over nothing of the next one", async () => {
    const { queue, parts } = queueOf()
    for (const item of [part("a"), bytes("1"), "end", part("b"), bytes("2"), "end", "finish"] as const) queue.push(item)
    const first = await next(parts)
    const second = await next(parts)
    expect(await read(first)).toBe("")
    expect(await read(second)).toBe("2")
  })

  it("stops the source at a mebibyte and starts it again once half is read, telling each once", async () => {
    const { queue, flow, parts } = queueOf()
    queue.push(part("a"))
    const quarter = { bytes: Buffer.alloc(mebibyte / 4) }
    for (let count = 0; count < 3; count += 1) queue.push(quarter)
    expect(flow).toEqual([])
    queue.push(quarter)
    queue.push(quarter)
    expect(flow).toEqual([false])
    const content = (await next(parts))[Symbol.asyncIterator]()
    for (let count = 0; count < 3; count += 1) await content.next()
    expect(flow).toEqual([false])
    await content.next()
    expect(flow).toEqual([false, true])
    await content.next()
    expect(flow).toEqual([false, true])
  })

  it("counts what a piece costs beside its bytes: a million pieces of one byte filled the memory", () => {
    const { queue, flow } = queueOf()
    let pushed = 0
    while (flow.length === 0 && pushed < 1_000_000) {
      queue.push({ bytes: new Uint8Array(1) })
      pushed += 1
    }
    expect(flow).toEqual([false])
    expect(pushed).toBeLessThan(10_000)
  })

  it("starts the source again while it skips", async () => {
    const { queue, flow, parts } = queueOf()
    queue.push(part("a"))
    queue.push({ bytes: Buffer.alloc(2 * mebibyte) })
    queue.push("end")
    queue.push("finish")
    for await (const _ of parts) expect(flow).toEqual([false])
    expect(flow).toEqual([false, true])
  })

  it("fails a reader that waits", async () => {
    const { queue, parts } = queueOf()
    queue.push(part("a"))
    const text = read(await next(parts))
    queue.fail(new Error("gone"))
    await expect(text).rejects.toEqual(new Error("gone"))
  })

  it("fails a reader that was not waiting, before it hands on what is left", async () => {
    const { queue, parts } = queueOf()
    for (const item of [part("a"), bytes("1"), "end", "finish"] as const) queue.push(item)
    queue.fail(new Error("gone"))
    queue.fail(new Error("later"))
    await expect(parts.next()).rejects.toEqual(new Error("gone"))
  })

  it("fails the reader of the parts while it skips one", async () => {
    const { queue, parts } = queueOf()
    queue.push(part("a"))
    await next(parts)
    const second = parts.next()
    queue.fail(new Error("gone"))
    await expect(second).rejects.toEqual(new Error("gone"))
  })

  it("P7: lets go of bytes as they are read, also while the source keeps ahead: the whole file stayed in memory", async () => {
    setFlagsFromString("--expose-gc")
    const collect: () => void = runInNewContext("gc")
    const { queue, parts } = queueOf()
    queue.push(part("a"))
    queue.push(bytes("ahead"))
    const content = (await next(parts))[Symbol.asyncIterator]()
    const past: WeakRef<Uint8Array>[] = []
    for (let count = 0; count < 200; count += 1) {
      // The queue is never empty.
      const chunk = Buffer.alloc(10_000)
      past.push(new WeakRef(chunk))
      queue.push({ bytes: chunk })
      await content.next()
    }
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    const kept = past.filter((each) => each.deref() !== undefined).length
    expect(kept).toBeLessThan(10)
  })

  it("hands on what was pushed whenever it is pushed and however much of it is read, and lets the source go on in the end", async () => {
    const sizes = fc.array(fc.nat({ max: 2000 }), { maxLength: 5 })
    const sent = fc.array(fc.record({ sizes, reads: fc.nat({ max: 6 }) }), { maxLength: 5 })
    const waits = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(sent, waits, async (sent, waits) => {
        const flow: boolean[] = []
        const queue = createPartQueue(
          (open) => flow.push(open),
          () => 3000,
        )
        const items = sent.flatMap(({ sizes }, at) => [
          part(`${at}`),
          ...sizes.map((size) => ({ bytes: Buffer.alloc(size) })),
          "end" as const,
        ])
        const pushed = (async () => {
          for (const [at, item] of [...items, "finish" as const].entries()) {
            queue.push(item)
            for (let turn = waits[at % waits.length] as number; turn > 0; turn -= 1) await undefined
          }
        })()
        const seen: [string, number[]][] = []
        for await (const each of queue.parts()) {
          const content = each[Symbol.asyncIterator]()
          const read: number[] = []
          for (let left = sent[seen.length]?.reads ?? 0; left > 0; left -= 1) {
            const { value, done } = await content.next()
            if (!done) read.push(value.length)
          }
          seen.push([each.name, read])
        }
        await pushed
        expect(seen).toEqual(sent.map(({ sizes, reads }, at) => [`${at}`, sizes.slice(0, reads)]))
        expect(flow.at(-1) ?? true).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
