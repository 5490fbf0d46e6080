import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import { type Radosgw, startRadosgw } from "@sticky-uploads/services"
import type { Storage } from "sticky-uploads"
import { createSticky, newId, type SweepResult } from "sticky-uploads/server"
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest"
import { createS3Storage } from "../src/index.js"
import { chunksOf } from "./support/bytes.js"

const bucket = "files"
let radosgw: Radosgw
let client: S3Client

beforeAll(async () => {
  radosgw = await startRadosgw()
  client = new S3Client({
    endpoint: radosgw.endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: radosgw,
    requestChecksumCalculation: "WHEN_REQUIRED",
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  // Ceph may have to be installed.
}, 180_000)
afterAll(async () => {
  client?.destroy()
  await radosgw?.stop()
})

async function keysIn(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys
}

/** A folder with so many files that look a day and more old, as a bucket takes no other time than its own. */
async function withOld(count: number, prefix: string) {
  const storage = createS3Storage({ client, bucket, prefix })
  const old = Array.from({ length: count }, () => `staged.${newId()}`).sort()
  const fresh = ["promoted", `staged.${newId()}`]
  await Promise.all([...old, ...fresh].map((key) => storage.write(key, chunksOf(Buffer.from("bytes")))))
  /** What is done before an entry is told; the number of listings. */
  const watch = { before: (_key: string) => {}, listings: 0 }
  const aged: Storage = {
    ...storage,
    async *list(options) {
      watch.listings += 1
      for await (const entry of storage.list(options)) {
        watch.before(entry.key)
        yield old.includes(entry.key) ? { ...entry, modifiedAt: entry.modifiedAt - 26 * 3_600_000 } : entry
      }
    },
  }
  return { storage, aged, old, fresh: fresh.sort(), watch }
}

function stickyOf(storage: Storage, more: { onSwept?: (result: SweepResult) => void } = {}) {
  const errors: unknown[] = []
  const sticky = createSticky<null>({
    ...{ secrets: ["a secret of more than thirty-two bytes"], storage, authorize: () => true, ...more },
    onError: (error) => errors.push(error),
  })
  onTestFinished(() => sticky.close())
  return { ...sticky, errors }
}

describe("sticky.sweep in S3", () => {
  it("removes what expired, and nothing else, though ten do so at once", async () => {
    const { storage, aged, fresh } = await withOld(60, "ten/")
    const stickies = Array.from({ length: 10 }, () => stickyOf(aged))
    const results = await Promise.all(stickies.map(({ sweep }) => sweep()))
    expect(results.map(({ failures }) => failures)).toEqual(Array(10).fill(0))
    expect(stickies.flatMap(({ errors }) => errors)).toEqual([])
    expect(await keysIn(storage)).toEqual(fresh)
  })

  it("goes on where one was ended, in whatever process, and asks for no more than what is left", async () => {
    const { storage, aged, old, fresh, watch } = await withOld(30, "on/")
    const stop = new AbortController()
    watch.before = (key) => key === old[20] && stop.abort()
    expect(await stickyOf(aged).sweep({ signal: stop.signal })).toMatchObject({ stopped: true, removedFiles: 20 })
    const seen: string[] = []
    watch.before = (key) => void seen.push(key)
    expect(await stickyOf(aged).sweep({ maxSeconds: 60 })).toMatchObject({ stopped: false, removedFiles: 10 })
    expect(seen.filter((key) => old.includes(key))).toEqual(old.slice(20))
    expect(seen).not.toContain("promoted")
    expect(await keysIn(storage)).toEqual(fresh)
  })

  it("is done regularly by one of ten", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
    onTestFinished(() => void vi.useRealTimers())
    const { aged, watch } = await withOld(5, "turns/")
    const marks: Promise<unknown>[] = []
    const write: Storage["write"] = (key, source) => {
      const written = aged.write(key, source)
      marks.push(written)
      return written
    }
    const swept = new Promise<SweepResult>((onSwept) => {
      for (let each = 0; each < 10; each += 1) stickyOf({ ...aged, write }, { onSwept })
    })
    vi.advanceTimersByTime(900_000)
    expect(await swept).toMatchObject({ removedFiles: 5, failures: 0 })
    const asked = await Promise.allSettled(marks)
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
    expect(asked).toHaveLength(10)
    expect(watch.listings).toBe(1)
  })
})
