import type { Readable } from "node:stream"
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3"
import { type Arrivals, missingOf, spoiltOf } from "../arrivals.js"

/** Makes a bucket; the arrivals of who keeps files in it. */
export async function createBucket(client: S3Client, bucket: string): Promise<Arrivals> {
  await client.send(new CreateBucketCommand({ Bucket: bucket }))

  async function* objects() {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) yield* Contents
  }
  async function keysOf(fileBytes: number): Promise<string[]> {
    const keys: string[] = []
    for await (const { Key, Size } of objects()) if (Key !== undefined && Size === fileBytes) keys.push(Key)
    return keys
  }
  async function open(key: string): Promise<Readable> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    // Sound: in Node a body is one.
    return Body as Readable
  }

  const arrivals: Arrivals = {
    missing: async (expected) => missingOf((await keysOf(expected.fileBytes)).length, expected),
    async spoilt(expected) {
      for (const key of await keysOf(expected.fileBytes)) {
        const reason = await spoiltOf([await open(key)], expected)
        if (reason !== undefined) return reason
      }
      return arrivals.missing(expected)
    },
    async empty() {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
        const Objects = Contents.map(({ Key }) => ({ Key }))
        if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
      }
    },
  }
  return arrivals
}
