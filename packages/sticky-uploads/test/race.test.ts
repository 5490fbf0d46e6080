import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as z from "sticky-uploads/zod"
import { describe, expect, it } from "vitest"
import { createParts, serve } from "./support/app.js"

const racer = fileURLToPath(new URL("./support/racer.mjs", import.meta.url))

describe("P8 consuming happens once", () => {
  it("lets exactly one of six racing processes use a token, round after round", async () => {
    const secret = "a secret of more than thirty-two bytes"
    const parts = createParts({ subject: () => undefined })
    const app = await serve(
      parts.sticky,
      parts.router({ album: parts.procedure.input(z.object({ photo: z.stickyFile() })).mutation(() => 1) }),
    )
    for (let round = 1; round <= 3; round += 1) {
      const token = await app.upload("album/photo")
      const options = JSON.stringify({ token, secret, staged: parts.stagedDirectory, uploads: parts.uploadsDirectory })
      const racers: ChildProcess[] = Array.from({ length: 6 }, () => fork(racer, [options], { execArgv: [] }))
      await Promise.all(racers.map((child) => once(child, "message")))
      const answers = racers.map(async (child) => ((await once(child, "message")) as [string])[0])
      for (const child of racers) child.send("go")
      const outcomes = await Promise.all(answers)
      expect(outcomes.filter((outcome) => outcome === "won")).toHaveLength(1)
      for (const outcome of outcomes) expect(outcome).toMatch(/^(won|token_used|token_busy)$/)
      expect(readdirSync(parts.uploadsDirectory)).toHaveLength(round)
    }
    await app.close()
    parts.remove()
  })
})
