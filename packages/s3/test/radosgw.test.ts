import { randomBytes } from "node:crypto"
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketLifecycleConfigurationCommand,
  ListMultipartUploadsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { type Radosgw, startRadosgw } from "@sticky-uploads/services"
import type { Storage } from "sticky-uploads"
import { createMemoryStorage } from "sticky-uploads/server"
import { storageContract } from "sticky-uploads/testing"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { applyS3Lifecycle, createS3Storage } from "../src/index.js"
import { s3Storage } from "../src/storage.js"
import { breakingAfter, bytesOf, chunksOf, MiB } from "./support/bytes.js"

const bucket = "files"
let radosgw: Radosgw
let client: S3Client

const connect = (endpoint = radosgw.endpoint) =>
  new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: radosgw,
    requestChecksumCalculation: "WHEN_REQUIRED",
  })

beforeAll(async () => {
  radosgw = await startRadosgw()
  client = connect()
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  // Ceph may have to be installed.
}, 180_000)
afterAll(async () => {
  client?.destroy()
  await radosgw?.stop()
})

let folders = 0
const newPrefix = () => `folder-${folders++}/`
const newStorage = (prefix = newPrefix()) => createS3Storage({ client, bucket, prefix, partBytes: 5 * MiB })
const large = randomBytes(5 * MiB + 1)

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys.sort()
}
async function unfinished(): Promise<number> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  return Uploads.length
}

describe("createS3Storage", () => {
  describe("keeps the contract", () => {
    for (const { name, run } of storageContract(() => newStorage())) it(name, run)
  })

  it("gives back a file of several parts byte for byte, and any range of it", async () => {
    const storage = newStorage()
    const larger = randomBytes(16 * MiB)
    expect(await storage.write("a", chunksOf(larger))).toEqual({ size: larger.length })
    expect(larger.equals(await bytesOf(await storage.open("a")))).toBe(true)
    const [start, end] = [5 * MiB - 7, 5 * MiB + 7]
    expect(await bytesOf(await storage.open("a", { start, end }))).toEqual(larger.subarray(start, end))
  })

  it("shows a file of several parts only when it is whole", async () => {
    const storage = newStorage()
    let halfway: unknown
    const source = (async function* () {
      yield* chunksOf(large)
      halfway = [await storage.stat("a"), await keysOf(storage)]
    })()
    await storage.write("a", source)
    expect(halfway).toEqual([undefined, []])
  })

  it("leaves no part of a file whose source breaks in the middle, and throws the source's own error", async () => {
    const storage = newStorage()
    const broken = new Error("the source broke")
    await expect(storage.write("a", breakingAfter(6 * MiB, broken))).rejects.toBe(broken)
    expect([await keysOf(storage), await unfinished()]).toEqual([[], 0])
  })

  it("refuses a key that exists also for a file of several parts, and leaves both as they were", async () => {
    const storage = newStorage()
    await storage.write("a", chunksOf(Buffer.from("first")))
    await expect(storage.write("a", chunksOf(large))).rejects.toMatchObject({ code: "storage_conflict" })
    expect((await bytesOf(await storage.open("a"))).toString()).toBe("first")
    expect(await unfinished()).toBe(0)
  })

  it("sees nothing outside of its folder, nor in folders below it, and keys that are not ours", async () => {
    const above = newPrefix()
    const [storage, below] = [newStorage(above), newStorage(`${above}below/`)]
    await storage.write("a", chunksOf(Buffer.from("x")))
    await below.write("b", chunksOf(Buffer.from("x")))
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${above}.hidden`, Body: "x" }))
    expect([await keysOf(storage), await keysOf(below)]).toEqual([["a"], ["b"]])
  })

  it("removes what crashed uploads left in its folder once it is old enough, and nothing else", async () => {
    const prefix = newPrefix()
    const storage = newStorage(prefix)
    for (const Key of [`${prefix}crashed`, `${prefix}below/another`]) {
      await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
    }
    expect(await storage.removeUnfinished?.(Date.now() - 60_000)).toBe(0)
    expect(await storage.removeUnfinished?.(Date.now() + 60_000)).toBe(1)
    expect(await unfinished()).toBe(1)
    expect(await newStorage(`${prefix}below/`).removeUnfinished?.(Date.now() + 60_000)).toBe(1)
  })

  it("says that it failed, with what S3 said, where there is no such bucket", async () => {
    const storage = createS3Storage({ client, bucket: "not-there" })
    const failed = { code: "storage_failed", details: { storage: "s3", operation: "write" } }
    const caught = await storage.write("a", chunksOf(Buffer.from("x"))).catch((error) => error)
    expect(caught).toMatchObject(failed)
    expect(caught.cause).toMatchObject({ name: "NoSuchBucket" })
    await expect(storage.write("a", chunksOf(large))).rejects.toMatchObject(failed)
    await expect(storage.open("a")).rejects.toMatchObject({ code: "storage_failed" })
    await expect(storage.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "storage_failed" })
  })

  describe("copyFrom", () => {
    it("has the store copy a small file at once and a large one in parts", async () => {
      const staged = newStorage()
      await staged.write("small", chunksOf(Buffer.from("content")))
      await staged.write("large", chunksOf(large))
      const target = s3Storage({ client, bucket, prefix: newPrefix() }, { parts: 10_000, copyBytes: 5 * MiB })
      expect(await target.copyFrom?.(staged, "small", "a")).toBe(true)
      expect(await target.copyFrom?.(staged, "large", "b")).toBe(true)
      expect((await bytesOf(await target.open("a"))).toString()).toBe("content")
      expect(large.equals(await bytesOf(await target.open("b")))).toBe(true)
      expect(await unfinished()).toBe(0)
    })

    it("copies through another client of the same address, and not from other places", async () => {
      const [here, there] = [connect(), connect(radosgw.endpoint.replace("127.0.0.1", "localhost"))]
      const staged = createS3Storage({ client: here, bucket, prefix: newPrefix() })
      await staged.write("a", chunksOf(Buffer.from("x")))
      expect(await newStorage().copyFrom?.(staged, "a", "b")).toBe(true)
      const elsewhere = createS3Storage({ client: there, bucket, prefix: newPrefix() })
      expect(await elsewhere.copyFrom?.(staged, "a", "b")).toBe(false)
      expect(await newStorage().copyFrom?.(createMemoryStorage(), "a", "b")).toBe(false)
      for (const one of [here, there]) one.destroy()
    })

    it("refuses a key that exists, a file that is not there, and keys that are none", async () => {
      const storage = newStorage()
      await storage.write("a", chunksOf(Buffer.from("a")))
      await storage.write("b", chunksOf(Buffer.from("b")))
      const refused = (code: string) => ({ code })
      await expect(storage.copyFrom?.(storage, "a", "b")).rejects.toMatchObject(refused("storage_conflict"))
      await expect(storage.copyFrom?.(storage, "gone", "c")).rejects.toMatchObject(refused("storage_missing"))
      await expect(storage.copyFrom?.(storage, "a", "../c")).rejects.toMatchObject(refused("key_invalid"))
      expect((await bytesOf(await storage.open("b"))).toString()).toBe("b")
    })
  })
})

describe("applyS3Lifecycle", () => {
  it("adds its rules to those of the bucket, changes its own, and changes nothing the second time", async () => {
    const Bucket = "ruled"
    const rulesNow = async () => (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules ?? []
    await client.send(new CreateBucketCommand({ Bucket }))
    const theirs = { ID: "theirs", Status: "Enabled" as const, Filter: { Prefix: "logs/" }, Expiration: { Days: 30 } }
    const LifecycleConfiguration = { Rules: [theirs] }
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }))

    const here = { client, bucket: Bucket, prefix: "up/" }
    expect(await applyS3Lifecycle({ ...here, stickyName: "shop" })).toBe(true)
    expect(await applyS3Lifecycle({ ...here, stickyName: "shop" })).toBe(false)
    expect(await applyS3Lifecycle({ ...here, stickyName: "shop", stagedDays: 3 })).toBe(true)
    expect(await rulesNow()).toHaveLength(3)
    expect(await rulesNow()).toEqual(
      expect.arrayContaining([
        expect.objectContaining(theirs),
        expect.objectContaining({ Filter: { Prefix: "up/staged-shop." }, Expiration: { Days: 3 } }),
        expect.objectContaining({
          Filter: { Prefix: "up/" },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
        }),
      ]),
    )
  })

  it("leaves out what is null, also for a whole bucket, and refuses parts of days", async () => {
    const Bucket = "whole"
    await client.send(new CreateBucketCommand({ Bucket }))
    const here = { client, bucket: Bucket }
    expect(await applyS3Lifecycle({ ...here, unfinishedDays: null })).toBe(true)
    expect(await applyS3Lifecycle({ ...here, unfinishedDays: null })).toBe(false)
    expect(await applyS3Lifecycle({ ...here, stagedDays: null })).toBe(true)
    expect(await applyS3Lifecycle(here)).toBe(false)
    await expect(applyS3Lifecycle({ ...here, stagedDays: 0.5 })).rejects.toThrow(TypeError)
  })
})
