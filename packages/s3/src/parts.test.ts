import { randomBytes } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { partsOf } from "./parts.js"

const never = new AbortController().signal

describe("partsOf", () => {
  it("cuts any source into equal parts and a rest, and loses no byte, whatever becomes of chunks and spare buffers", async () => {
    const sizes = fc.array(fc.nat(40), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 30 }), async (chunkSizes, partBytes) => {
        const chunks = chunkSizes.map((size) => randomBytes(size))
        const whole = Buffer.concat(chunks)
        const reused = Buffer.alloc(40)
        const source = (async function* () {
          for (const chunk of chunks) yield reused.subarray(0, chunk.copy(reused))
        })()
        const spare: Buffer[] = []
        const parts: { bytes: Buffer; isLast: boolean }[] = []
        for await (const { bytes, isLast } of partsOf(source, partBytes, spare, never)) {
          parts.push({ bytes: Buffer.from(bytes), isLast })
          spare.push(bytes)
        }
        expect(Buffer.concat(parts.map(({ bytes }) => bytes)).equals(whole)).toBe(true)
        expect(parts.slice(0, -1).every(({ bytes, isLast }) => bytes.length === partBytes && !isLast)).toBe(true)
        expect(parts.at(-1)?.isLast).toBe(true)
        expect(parts).toHaveLength(Math.max(1, Math.ceil(whole.length / partBytes)))
      }),
    )
  })

  it("takes no more memory for a small file than it is large", async () => {
    const source = (async function* () {
      yield Buffer.from("content")
    })()
    const { value } = await partsOf(source, 8_388_608, [], never).next()
    expect(value?.bytes.buffer.byteLength).toBe(7)
  })

  it("pulls nothing beyond the part that it is asked for", async () => {
    let pulled = 0
    const source = (async function* () {
      for (;;) {
        pulled += 1
        yield Buffer.alloc(10)
      }
    })()
    const parts = partsOf(source, 30, [], never)
    await parts.next()
    expect(pulled).toBe(4)
    await parts.return()
  })
})
