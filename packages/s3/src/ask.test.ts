import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { createAsk } from "./ask.js"

describe("createAsk", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Tells after how many seconds a request ends whose credentials never come: no timeout of the client sees to that. */
  async function secondsOf(bytes: number): Promise<number> {
    const client = new S3Client({ region: "us-east-1", credentials: () => new Promise(() => {}) })
    const begun = Date.now()
    const asked = createAsk(client, "s3", 60)("stat", new HeadBucketCommand({ Bucket: "files" }), bytes)
    const ended = expect(asked).rejects.toMatchObject({ code: "storage_failed" })
    await vi.runAllTimersAsync()
    await ended
    return (Date.now() - begun) / 1000
  }

  it("ends every request in time, and gives one that carries bytes a second more for each mebibyte", async () => {
    expect(await secondsOf(0)).toBe(60)
    expect(await secondsOf(8 * 1_048_576)).toBe(68)
  })
})
