import { afterEach, describe, expect, expectTypeOf, it } from "vitest"
import { createMemoryStorage, createSticky } from "../server.js"
import * as z from "../zod.js"

const sticky = createSticky<object>({
  secrets: ["x".repeat(32)],
  storage: createMemoryStorage(),
  authorize: () => true,
  sweepEverySeconds: false,
})
const files = z.array(z.stickyFile()).check(z.maxTotalBytes(10))
const fileOf = (size: number) => new File(["x".repeat(size)], `${size}.txt`)
const issuesOf = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues ?? []
const tooLarge = { code: "files_too_large", details: { bytes: 11, maxBytes: 10 } }

describe("maxTotalBytes", () => {
  afterEach(() => {
    z.config({ customError: undefined })
  })

  it("takes files up to its limit together, and says what they weigh beyond", () => {
    expect(files.parse([fileOf(4), fileOf(6)])).toHaveLength(2)
    expect(files.parse([])).toEqual([])
    expect(issuesOf(files, [fileOf(5), fileOf(6)])).toMatchObject([
      {
        code: "custom",
        path: [],
        message: "The files are 11 bytes together; the limit is 10 bytes.",
        params: tooLarge,
      },
    ])
  })

  it("leaves the type of the array as it is, which may have gaps and go without", () => {
    expectTypeOf<z.output<typeof files>>().toEqualTypeOf<z.StickyFile[]>()
    const gaps = z.array(z.stickyFile().optional()).check(z.maxTotalBytes(10)).optional()
    expect(gaps.safeParse([undefined, fileOf(10)]).success).toBe(true)
    expect(gaps.safeParse(undefined).success).toBe(true)
    expect(issuesOf(gaps, [undefined, fileOf(11)])).toMatchObject([{ params: tooLarge }])
  })

  it("says all that is wrong with the number, but adds up no files of which one is refused", () => {
    const few = files.check(z.maxLength(1))
    expect(issuesOf(few, [fileOf(5), fileOf(6)]).map(({ code }) => code)).toEqual(["custom", "too_big"])
    expect(issuesOf(files, [fileOf(11), "no file"]).map(({ path }) => path)).toEqual([[1]])
  })

  it("speaks in the words of its schema, of Zod's configuration, or ours", () => {
    const own = z.array(z.stickyFile()).check(z.maxTotalBytes(10, { error: "Too heavy." }))
    const told = z.array(z.stickyFile()).check(z.maxTotalBytes(10, { error: ({ params }) => params?.code }))
    expect(issuesOf(own, [fileOf(11)])[0]?.message).toBe("Too heavy.")
    expect(issuesOf(told, [fileOf(11)])[0]?.message).toBe("files_too_large")
    z.config({ customError: () => "Zu schwer." })
    expect(issuesOf(files, [fileOf(11)])[0]?.message).toBe("Zu schwer.")
    expect(issuesOf(own, [fileOf(11)])[0]?.message).toBe("Too heavy.")
  })

  it("holds for tokens by what was counted, beside raw files, and synchronously (P8)", async () => {
    const album = z.object({ photos: files })
    sticky.register({ album })
    expect(sticky.limits("album/photos.*")).toEqual({ maxBytes: 12_000_000, minBytes: 1, maxTotalBytes: 10 })
    const existing = { storage: "kept", key: "k", name: "a.txt", size: 6, type: "text/plain" }
    const { token } = sticky.existing(existing, { ctx: {}, target: "album/photos.*" })
    const parse = (value: unknown) => sticky.parse(album, value, { ctx: {}, procedure: "album" })
    expect((await parse({ photos: [token, fileOf(4)] })).photos.map(({ size }) => size)).toEqual([6, 4])
    await expect(parse({ photos: [token, fileOf(5)] })).rejects.toMatchObject({
      issues: [{ path: ["photos"], params: tooLarge }],
    })
  })

  it("refuses a limit that makes no sense", () => {
    for (const bytes of [0, -1, 1.5, Infinity, Number.NaN]) {
      expect(() => z.maxTotalBytes(bytes)).toThrow(
        new TypeError(`sticky-uploads: maxTotalBytes is ${bytes}; give a whole number of bytes, at least 1`),
      )
    }
  })
})
