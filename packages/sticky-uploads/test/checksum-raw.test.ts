import { createHash } from "node:crypto"
import { createMemoryStorage, type StickyFile } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it, onTestFinished } from "vitest"
import { createParts, png, serve } from "./support/app.js"

const sha256 = createHash("sha256").update(png).digest("hex")

/** Sends a raw file through tRPC's FormData to a procedure that does with it what the test does, and gives its answer. */
async function submitRaw<Answer>(checksum: "sha256" | undefined, handle: (file: StickyFile) => Promise<Answer>) {
  const parts = createParts(checksum === undefined ? {} : { checksum })
  const input = z.preprocess((form) => Object.fromEntries(form as FormData), z.object({ upload: z.stickyFile() }))
  const appRouter = parts.router({ take: parts.procedure.input(input).mutation(({ input }) => handle(input.upload)) })
  const server = await serve(parts.sticky, appRouter)
  onTestFinished(async () => {
    await server.close()
    parts.remove()
  })
  const body = new FormData()
  body.append("upload", new File([png], "a.png"))
  const response = await fetch(`${server.url}/trpc/take`, { method: "POST", body, headers: { "x-user": "ann" } })
  const answer = (await response.json()) as { result: { data: Answer } }
  return { parts, data: answer.result.data }
}

describe('checksum: "sha256"', () => {
  it("is in what promote gives for a raw file too: one that came through tRPC's FormData had none", async () => {
    const { data } = await submitRaw("sha256", (file) => file.promote(createMemoryStorage()))
    expect(data).toMatchObject({ name: "a.png", size: png.length, type: "image/png", sha256 })
  })

  it("is known of a raw file from the moment its bytes have passed", async () => {
    const { data } = await submitRaw("sha256", async (file) => {
      const before = file.sha256
      await file.arrayBuffer()
      return { before: before ?? null, after: file.sha256 }
    })
    expect(data).toEqual({ before: null, after: sha256 })
  })

  it("is not in what promote gives when nobody asked for one", async () => {
    const { data } = await submitRaw(undefined, (file) => file.promote(createMemoryStorage()))
    expect(data).not.toHaveProperty("sha256")
  })
})
