import { randomBytes } from "node:crypto"
import type { Storage } from "sticky-uploads"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { createS3Storage, type S3StorageOptions } from "../src/index.js"
import { s3Storage } from "../src/storage.js"
import { breakingAfter, bytesOf, chunksOf, MiB } from "./support/bytes.js"
import { type StandIn, startStandIn } from "./support/stand-in.js"

const small = Buffer.from("content")
const large = randomBytes(5 * MiB + 1)

const running: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
})

async function start(...how: Parameters<typeof startStandIn>): Promise<StandIn> {
  const standIn = await startStandIn(...how)
  running.push(standIn)
  return standIn
}
const storageAt = ({ client }: StandIn, options: Partial<S3StorageOptions> = {}) =>
  createS3Storage({ client, bucket: "files", partBytes: 5 * MiB, ...options })

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys
}
const named = ({ received }: StandIn, name: string) => received.filter((each) => each.name === name)
const namesOf = ({ received }: StandIn) => received.map(({ name }) => name)

describe("what a store is asked", () => {
  it("is one request for a small file and five for one of two parts, once the store has shown that it is one", async () => {
    const store = await start()
    const storage = storageAt(store)
    await storage.write("a", chunksOf(small))
    expect(namesOf(store)).toEqual(["PUT object", "PUT object"])
    store.received.length = 0
    await storage.write("b", chunksOf(small))
    await storage.write("c", chunksOf(large))
    expect(namesOf(store).sort()).toEqual(
      ["PUT object", "POST uploads", "PUT part", "PUT part", "HEAD object", "POST upload"].sort(),
    )
    for (const { headers } of [...named(store, "PUT object"), ...named(store, "POST upload")]) {
      expect(headers["if-none-match"]).toBe("*")
    }
    expect(large.equals(await bytesOf(await storage.open("c")))).toBe(true)
  })

  it("carries encryption, class, tags and checksums wherever a store wants them", async () => {
    const store = await start(undefined, { requestChecksumCalculation: "WHEN_SUPPORTED" })
    const storage = storageAt(store, {
      object: {
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: "a-key",
        StorageClass: "STANDARD_IA",
        Tagging: "app=shop",
        ChecksumAlgorithm: "SHA256",
      },
    })
    await storage.write("a", chunksOf(small))
    await storage.write("b", chunksOf(large))
    await storage.copyFrom?.(storage, "a", "c")
    for (const name of ["PUT object", "POST uploads", "PUT copy"]) {
      expect(named(store, name)[0]?.headers).toMatchObject({
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": "a-key",
        "x-amz-storage-class": "STANDARD_IA",
        "x-amz-tagging": "app=shop",
      })
    }
    expect(named(store, "POST uploads")[0]?.headers["x-amz-checksum-algorithm"]).toBe("SHA256")
    for (const { headers } of [...named(store, "PUT object"), ...named(store, "PUT part")]) {
      expect(headers["x-amz-checksum-sha256"]).toMatch(/^[A-Za-z0-9+/]{43}=$/)
    }
  })

  it("carries checksums of parts as the client has them calculated, and none where it has not", async () => {
    for (const [calculation, checksum] of [
      ["WHEN_SUPPORTED", expect.any(String)],
      ["WHEN_REQUIRED", undefined],
    ] as const) {
      const store = await start(undefined, { requestChecksumCalculation: calculation })
      await storageAt(store).write("a", chunksOf(large))
      expect(named(store, "PUT part").map(({ headers }) => headers["x-amz-checksum-crc32"])).toEqual(
        Array(2).fill(checksum),
      )
    }
  })

  it("carries a key of the customer's with all that writes, reads, asks or copies", async () => {
    const store = await start()
    const customerKey = randomBytes(32)
    const storage = storageAt(store, { customerKey })
    const header = "x-amz-server-side-encryption-customer-key"
    await storage.write("a", chunksOf(small))
    await storage.write("b", chunksOf(large))
    await bytesOf(await storage.open("a"))
    await storage.copyFrom?.(storage, "a", "c")
    const withKey = store.received.filter(({ headers }) => headers[header] === customerKey.toString("base64"))
    expect(withKey).toHaveLength(store.received.length)
    const [copied] = named(store, "PUT copy")
    expect(copied?.headers["x-amz-copy-source-server-side-encryption-customer-key"]).toBe(
      customerKey.toString("base64"),
    )
  })

  it("is to copy only where there is nothing, in the words of S3 and of R2", async () => {
    const store = await start()
    const staged = storageAt(store, { prefix: "staged/" })
    await staged.write("a", chunksOf(small))
    expect(await storageAt(store, { prefix: "kept/" }).copyFrom?.(staged, "a", "b")).toBe(true)
    const [{ headers, key } = {}] = named(store, "PUT copy")
    expect(key).toBe("kept/b")
    expect(headers).toMatchObject({
      "x-amz-copy-source": "files/staged/a",
      "x-amz-metadata-directive": "REPLACE",
      "if-none-match": "*",
      "cf-copy-destination-if-none-match": "*",
    })
  })

  it("is for the next page once one has been read, of files and of unfinished uploads", async () => {
    const store = await start(undefined, { pageSize: 2 })
    const storage = storageAt(store)
    for (const key of ["a", "b", "c", "d", "e"]) {
      store.objects.set(key, { body: small, headers: {} })
      store.uploads.set(key, { key, headers: {}, parts: new Map() })
    }
    const listed = storage.list()[Symbol.asyncIterator]()
    await listed.next()
    expect(named(store, "GET list")).toHaveLength(1)
    expect(await keysOf(storage)).toEqual(["a", "b", "c", "d", "e"])
    expect(named(store, "GET list")).toHaveLength(4)
    expect(await storage.removeUnfinished?.(Date.now())).toBe(5)
  })
})

describe("a store that fails", () => {
  it.each(["PUT object", "POST upload"])("wrote the file whose %s it answered, though nobody heard", async (name) => {
    let lost = 0
    const store = await start((request) => {
      // The first object shows that the store is one.
      if (request.name !== name || request.key !== "b" || lost > 0) return undefined
      lost += 1
      return "lost"
    })
    const storage = storageAt(store)
    await storage.write("a", chunksOf(small))
    const bytes = name === "POST upload" ? large : small
    expect(await storage.write("b", chunksOf(bytes))).toEqual({ size: bytes.length })
    expect(lost).toBe(1)
    await expect(storage.write("b", chunksOf(bytes))).rejects.toMatchObject({ code: "storage_conflict" })
    expect(store.uploads.size).toBe(0)
  })

  it("copied the file though nobody heard", async () => {
    let lost = 0
    const store = await start(({ name }) => (name === "PUT copy" && lost++ === 0 ? "lost" : undefined))
    const storage = storageAt(store)
    await storage.write("a", chunksOf(small))
    expect(await storage.copyFrom?.(storage, "a", "b")).toBe(true)
  })

  it("keeps no upload of parts whose name got lost", async () => {
    let lost = 0
    const store = await start(({ name }) => (name === "POST uploads" && lost++ === 0 ? "lost" : undefined))
    await storageAt(store).write("a", chunksOf(large))
    expect([lost, store.uploads.size]).toEqual([2, 0])
    const deaf = await start(({ name }) => (name === "POST uploads" ? "lost" : undefined))
    await expect(storageAt(deaf).write("a", chunksOf(large))).rejects.toMatchObject({ code: "storage_failed" })
    expect(deaf.uploads.size).toBe(0)
  })

  it("keeps no part when one fails, and none is sent after the upload was aborted", async () => {
    const store = await start(({ query }) => (query.get("partNumber") === "2" ? 400 : undefined))
    const failed = { code: "storage_failed", details: { storage: "s3", operation: "write" } }
    await expect(storageAt(store).write("a", chunksOf(large))).rejects.toMatchObject(failed)
    expect([store.uploads.size, store.objects.size]).toEqual([0, 0])
    expect(namesOf(store).at(-1)).toBe("DELETE upload")
  })

  it("ends the source as soon as a part has failed, however much is to come", async () => {
    const store = await start(({ name }) => (name === "PUT part" ? 400 : undefined))
    let isEnded = false
    const endless = (async function* () {
      try {
        for (;;) yield Buffer.alloc(MiB)
      } finally {
        isEnded = true
      }
    })()
    await expect(storageAt(store).write("a", endless)).rejects.toMatchObject({ code: "storage_failed" })
    expect(isEnded).toBe(true)
  })

  it("does not hide why a source broke when the upload cannot be aborted either", async () => {
    const store = await start(({ name }) => (name === "DELETE upload" ? 400 : undefined))
    const broken = new Error("the source broke")
    await expect(storageAt(store).write("a", breakingAfter(6 * MiB, broken))).rejects.toBe(broken)
  })

  it("takes no file of more parts than there may be", async () => {
    const store = await start()
    const storage = s3Storage(
      { client: store.client, bucket: "files", partBytes: 5 * MiB },
      { parts: 1, copyBytes: MiB },
    )
    await expect(storage.write("a", chunksOf(large))).rejects.toMatchObject({
      code: "storage_failed",
      cause: { message: expect.stringContaining("more than 1 parts of 5242880 bytes") },
    })
    expect([store.uploads.size, store.objects.size]).toEqual([0, 0])
  })

  it("lets the caller stream what it may not copy", async () => {
    for (const status of [403, 501]) {
      const store = await start(({ name }) => (name === "PUT copy" ? status : undefined))
      const storage = storageAt(store)
      await storage.write("a", chunksOf(small))
      expect(await storage.copyFrom?.(storage, "a", "b")).toBe(false)
    }
  })

  it("is refused when it overlooks that there is a file", async () => {
    const store = await start(undefined, { heedsConditions: false })
    await expect(storageAt(store).write("a", chunksOf(small))).rejects.toMatchObject({
      code: "storage_failed",
      cause: { message: expect.stringContaining("If-None-Match") },
    })
    expect(store.objects.size).toBe(0)
  })

  it("lets one of many racing files of several parts win", async () => {
    const store = await start()
    const storage = storageAt(store)
    const writes = await Promise.allSettled([1, 2, 3].map(() => storage.write("a", chunksOf(large))))
    expect(writes.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
    for (const write of writes) {
      if (write.status === "rejected") expect(write.reason).toMatchObject({ code: "storage_conflict" })
    }
    expect(store.uploads.size).toBe(0)
  })
})

describe("requestSeconds", () => {
  const soon = { requestSeconds: 0.2 }
  const late = { code: "storage_failed", cause: { message: expect.stringMatching(/did not answer within 0\.2 s/) } }

  it("ends whatever request a store does not answer", async () => {
    const store = await start(() => "hangs")
    const storage = storageAt(store, soon)
    await expect(storage.stat("a")).rejects.toMatchObject(late)
    await expect(storage.open("a")).rejects.toMatchObject(late)
    await expect(storage.remove("a")).rejects.toMatchObject(late)
    await expect(keysOf(storage)).rejects.toMatchObject(late)
    await expect(storage.write("a", chunksOf(small))).rejects.toMatchObject(late)
    await expect.poll(store.connections).toBe(0)
  })

  /** Lets the seconds pass when the test says so: no other request is late, however busy the machine is. */
  function stopClock(): void {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    onTestFinished(() => void vi.useRealTimers())
  }

  it("ends a completion that hangs, and leaves no upload", async () => {
    stopClock()
    const store = await start(({ name }) => (name === "POST upload" ? "hangs" : undefined))
    const writing = expect(storageAt(store, soon).write("a", chunksOf(large))).rejects.toMatchObject(late)
    await expect.poll(() => named(store, "POST upload")).toHaveLength(1)
    vi.advanceTimersByTime(200)
    await writing
    expect([store.uploads.size, store.objects.size]).toEqual([0, 0])
  })

  it("ends a download that stands still, while one that nobody reads may stand", async () => {
    stopClock()
    const store = await start()
    store.objects.set("a", { body: large, headers: { "x-declared-length": `${large.length + 1}` } })
    const chunks = (await storageAt(store, soon).open("a"))[Symbol.asyncIterator]()
    let bytes = (await chunks.next()).value.length
    vi.advanceTimersByTime(500)
    const read = async () => {
      while (bytes < large.length) bytes += (await chunks.next()).value.length
      const next = chunks.next()
      vi.advanceTimersByTime(200)
      await next
    }
    await expect(read()).rejects.toMatchObject({
      code: "storage_failed",
      cause: { message: expect.stringContaining("sent nothing for 0.2 s") },
    })
  })
})

describe("open", () => {
  it("ends the connection of a reader that leaves early, also one that read nothing", async () => {
    const store = await start()
    store.objects.set("a", { body: large, headers: {} })
    const storage = storageAt(store)
    for await (const chunk of await storage.open("a")) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    await (await storage.open("a"))[Symbol.asyncIterator]().return?.()
    await expect.poll(store.connections).toBe(0)
  })
})
