import { S3Client } from "@aws-sdk/client-s3"
import { describe, expect, it } from "vitest"
import { createS3Storage, type S3StorageOptions } from "./index.js"

const good: S3StorageOptions = { client: new S3Client({ region: "us-east-1" }), bucket: "files" }

describe("createS3Storage", () => {
  it.each<[string, Partial<Record<keyof S3StorageOptions, unknown>>, RegExp]>([
    ["no client", { client: undefined }, /client is not an S3Client/],
    ["no bucket", { bucket: "" }, /bucket is empty/],
    ["a prefix that is no folder", { prefix: "staged" }, /prefix is "staged"; give folders/],
    ["a prefix that begins with a slash", { prefix: "/staged/" }, /prefix/],
    ["a prefix that climbs", { prefix: "a/../" }, /prefix/],
    ["a prefix that S3 has no room for", { prefix: `${"a".repeat(800)}/` }, /more than 800 characters/],
    ["no name", { name: "" }, /name is empty/],
    ["no time", { requestSeconds: 0 }, /requestSeconds is 0/],
    ["more time than a timer has", { requestSeconds: Number.POSITIVE_INFINITY }, /requestSeconds is Infinity/],
    ["parts that S3 does not take", { partBytes: 1000 }, /partBytes is 1000; S3 takes parts of 5242880/],
    ["a key that is none", { customerKey: Buffer.alloc(16) }, /customerKey is not of 32 bytes/],
  ])("refuses %s", (_, wrong, message) => {
    const make = () => createS3Storage({ ...good, ...wrong } as S3StorageOptions)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
    expect(make).toThrow(/@sticky-uploads\/s3/)
  })

  it("takes a bucket alone, and folders", () => {
    expect(createS3Storage(good).name).toBe("s3")
    expect(createS3Storage({ ...good, prefix: "shop/staged/", name: "staged" }).name).toBe("staged")
  })
})
