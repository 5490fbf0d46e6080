import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { isStickyError } from "../core/errors.js"
import { resolveLimits, type StickyFileLimits } from "../core/limits.js"
import { type Facts, inspect } from "./inspect.js"

const png = Buffer.concat([
  Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex"),
  Buffer.alloc(20_000, 7),
])
const text = Buffer.from("a,b\n".repeat(5000))

/** A source that counts what was asked of it. */
function sourceOf(bytes: Uint8Array, chunkBytes: number) {
  const seen = { bytes: 0, returned: false }
  async function* chunks() {
    try {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const chunk = bytes.subarray(at, at + chunkBytes)
        seen.bytes += chunk.length
        yield chunk
      }
    } finally {
      seen.returned = true
    }
  }
  return { source: chunks(), seen }
}

interface Run {
  bytes: Uint8Array
  name?: string
  limits?: StickyFileLimits[]
  chunkBytes?: number
  checksum?: "sha256"
}

async function run({ bytes, name = "a.png", limits = [{}], chunkBytes = 1000, checksum }: Run) {
  const { source, seen } = sourceOf(bytes, chunkBytes)
  const facts: Facts = { size: 0, type: "" }
  const out: Uint8Array[] = []
  let error: unknown
  try {
    for await (const chunk of inspect(source, name, limits.map(resolveLimits), facts, checksum)) out.push(chunk)
  } catch (thrown) {
    error = thrown
  }
  if (error !== undefined && !isStickyError(error)) throw error
  return {
    facts,
    passed: Buffer.concat(out),
    seen,
    code: error?.code,
    details: error?.details,
    message: error?.message,
  }
}

describe("inspect", () => {
  it("passes the very bytes on, however they are cut, and says size, type and checksum", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          png,
          text,
          Buffer.from("x"),
          png.subarray(0, 4099),
          png.subarray(0, 4100),
          png.subarray(0, 4101),
        ),
        fc.integer({ min: 1, max: 9000 }),
        async (bytes, chunkBytes) => {
          const { facts, passed, code } = await run({ bytes, chunkBytes, checksum: "sha256" })
          expect(code).toBeUndefined()
          expect(passed.equals(bytes)).toBe(true)
          expect(facts.size).toBe(bytes.length)
          expect(facts.type).toBe(bytes[0] === 0x89 ? "image/png" : "text/plain")
          expect(facts.sha256).toBe(createHash("sha256").update(bytes).digest("hex"))
        },
      ),
      { numRuns: 50 },
    )
  })

  it("makes no checksum that nobody asked for", async () => {
    expect((await run({ bytes: png })).facts).not.toHaveProperty("sha256")
  })

  it("refuses at the first byte too many, and reads no further", async () => {
    const { code, details, passed, seen } = await run({ bytes: png, limits: [{ maxBytes: 9500 }] })
    expect(code).toBe("file_too_large")
    expect(details).toEqual({ name: "a.png", size: undefined, maxBytes: 9500 })
    expect(seen).toEqual({ bytes: 10_000, returned: true })
    expect(passed.length).toBeLessThanOrEqual(9500)
  })

  it("takes a file of exactly its limit", async () => {
    expect((await run({ bytes: png.subarray(0, 10_000), limits: [{ maxBytes: 10_000 }] })).code).toBeUndefined()
    expect((await run({ bytes: png.subarray(0, 10_001), limits: [{ maxBytes: 10_000 }] })).code).toBe("file_too_large")
  })

  it("refuses a type as soon as the first bytes are there, before any of them is passed on", async () => {
    const { code, details, passed, seen } = await run({ bytes: text, limits: [{ accept: ["image/*"] }] })
    expect(code).toBe("file_type_refused")
    expect(details).toMatchObject({ name: "a.png", type: "text/plain", accept: ["image/*"] })
    expect(passed).toHaveLength(0)
    expect(seen).toEqual({ bytes: 5000, returned: true })
  })

  it("refuses an empty file as empty, not as one of no type", async () => {
    expect((await run({ bytes: Buffer.alloc(0), limits: [{ accept: ["image/*"] }] })).code).toBe("file_empty")
  })

  it("takes an empty file where none is too small, by the type of its name", async () => {
    const limits = [{ minBytes: 0, accept: [".txt"] }]
    expect((await run({ bytes: Buffer.alloc(0), name: "a.txt", limits })).code).toBeUndefined()
    expect(
      (await run({ bytes: Buffer.alloc(0), name: "a.png", limits: [{ minBytes: 0, accept: ["image/*"] }] })).code,
    ).toBe("file_type_refused")
  })

  it.each([10, 5000])("refuses a file of %d bytes that is too small", async (size) => {
    const { code, details } = await run({ bytes: png.subarray(0, size), limits: [{ minBytes: 6000 }] })
    expect(code).toBe("file_too_small")
    expect(details).toEqual({ name: "a.png", size, minBytes: 6000 })
  })

  describe("of a union", () => {
    const limits = [
      { maxBytes: 5000, accept: ["image/*"] },
      { maxBytes: 25_000, accept: [".csv"] },
    ]

    it("takes what one of its members takes", async () => {
      expect((await run({ bytes: png.subarray(0, 5000), limits })).code).toBeUndefined()
      expect((await run({ bytes: text, name: "a.csv", limits })).code).toBeUndefined()
    })

    it("refuses what has the size of one and the type of another", async () => {
      const { code, passed, seen } = await run({ bytes: png, limits })
      expect(code).toMatch(/^file_(too_large|type_refused)$/)
      expect(passed.length).toBeLessThanOrEqual(png.length)
      expect(seen.bytes).toBe(png.length)
    })

    it("reads no further than its largest limit", async () => {
      const { code, seen } = await run({ bytes: Buffer.alloc(100_000, "a,b\n"), name: "a.csv", limits })
      expect(code).toBe("file_too_large")
      expect(seen.bytes).toBe(26_000)
    })
  })

  it("holds back only what sniffing needs", async () => {
    const { source, seen } = sourceOf(png, 100)
    const facts: Facts = { size: 0, type: "" }
    const reader = inspect(source, "a.png", [resolveLimits()], facts, undefined)
    await reader.next()
    expect(seen.bytes).toBe(4100)
    await reader.return(undefined)
    expect(seen.returned).toBe(true)
  })

  it("hands a failure of its source on as it is", async () => {
    const broken = new Error("the line is dead")
    // biome-ignore lint/correctness/useYield: it fails before it has anything
    async function* source(): AsyncGenerator<Uint8Array> {
      throw broken
    }
    const reader = inspect(source(), "a", [resolveLimits()], { size: 0, type: "" }, undefined)
    await expect(reader.next()).rejects.toBe(broken)
  })
})
