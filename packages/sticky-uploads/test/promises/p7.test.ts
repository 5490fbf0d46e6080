import { randomBytes } from "node:crypto"
import { createMemoryStorage, createSticky } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it, onTestFinished } from "vitest"
import { png } from "../support/app.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { serve } from "../support/serve.js"
import { serveAlbum } from "../support/serve-album.js"

expectNoStrayErrors()

const target = "album.create/upload"

/** Text that has a token's shape, and nothing else of it. */
const forged = (payloadBytes = 200) =>
  [randomBytes(40), randomBytes(payloadBytes), randomBytes(32)].map((bytes) => bytes.toString("base64url")).join(".")

/** What a turn takes of the processor in microseconds, the less of two. */
async function cost(turn: () => Promise<unknown>): Promise<number> {
  let least = Infinity
  for (let time = 0; time < 2; time += 1) {
    const before = process.cpuUsage()
    await turn()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, user + system)
  }
  return least
}

describe("P7: no request can crash or stall the process", () => {
  const list = z.object({ photos: z.array(z.stickyFile()) })

  function parser() {
    const sticky = createSticky<null>({
      secrets: ["a secret of more than thirty-two bytes"],
      storage: createMemoryStorage(),
      authorize: () => true,
      sweepEverySeconds: false,
    })
    sticky.register({ list })
    onTestFinished(() => sticky.close())
    return (photos: unknown) => sticky.parse(list, { photos }, { ctx: null, procedure: "list" })
  }

  it("a form of sixteen times as many forged tokens costs no more than forty times as much", async () => {
    const parse = parser()
    const make = (count: number) => Array.from({ length: count }, () => forged())
    const [few, many] = [make(1500), make(24_000)]
    const take = (photos: string[]) =>
      parse(photos).then(
        () => expect.fail("it passed"),
        ({ issues }) => expect(issues).toHaveLength(photos.length),
      )
    const ratio = (await cost(() => take(many))) / (await cost(() => take(few)))
    console.info(`sixteen times as many cost ${ratio.toFixed(1)} times as much`)
    expect(ratio).toBeLessThan(40)
  })

  const depth = 100_000

  it.each<[string, () => string]>([
    ["a text of eight megabytes", () => JSON.stringify("A.".repeat(4_000_000))],
    ["a token of eight megabytes", () => JSON.stringify(forged(6_000_000))],
    ["a hundred thousand arrays in each other", () => "[".repeat(depth) + "]".repeat(depth)],
    ["a hundred thousand objects in each other", () => `${'{"upload":'.repeat(depth)}0${"}".repeat(depth)}`],
    ["a million nulls", () => `[${"null,".repeat(999_999)}null]`],
    ["every dangerous name", () => '{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}'],
    ["a number", () => "1e308"],
  ])("a call with %s in the place of a token is an error of its field, and the next call works", async (_, write) => {
    const album = await serveAlbum()
    const response = await fetch(`${album.url}/trpc/album.create`, {
      method: "POST",
      body: `{"upload":${write()}}`,
      headers: { "content-type": "application/json", "x-user": "ann" },
    })
    const { error } = await response.json()
    expect(response.status).toBe(400)
    expect(JSON.parse(error.message)[0].params.code).toMatch(/^(token_malformed|file_invalid|file_required)$/)
    expect({}).not.toHaveProperty("a")
    expect((await album.call(await album.upload(target))).status).toBe(200)
  })

  it.each(["A".repeat(15_000), "..", "\xff\xfe", "null", "[object Object]"])(
    "a file that is taken back by a nonsensical token is refused, and the next upload works (%#)",
    async (token) => {
      const server = await serve()
      const answer = await server.request("DELETE", "doc/image", { "x-sticky-token": token })
      expect(answer).toMatchObject({ status: 422, json: { code: "token_malformed" } })
      const form = new FormData()
      form.append("upload", new File([png], "a.png"))
      const headers = { "x-user": "ann" }
      const next = await fetch(`${server.url}/sticky/doc/image`, { method: "POST", headers, body: form })
      expect(await next.json()).toMatchObject({ is_valid: true })
    },
  )
})
