import { CreateBucketCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3"
import { type FaultProxy, type Radosgw, startFaultProxy, startRadosgw } from "@sticky-uploads/services"
import type { Storage } from "sticky-uploads"
import { afterAll, beforeAll, expect } from "vitest"
import { limitsOfS3 } from "../../../src/limits.js"
import { s3Storage } from "../../../src/storage.js"
import { bytesOf, chunksOf, MiB } from "../../support/bytes.js"

/** A storage that reaches its store over a faulty line, in a folder of its own, which can also be looked at directly. */
export interface Faulty {
  storage: Storage
  /** The same one, with all the time that a busy machine may take. */
  patient: Storage
  proxy: FaultProxy
  /** How many files there are, and uploads of parts that nobody ended. */
  left(): Promise<{ files: number; unfinished: number }>
  /** Holds that the next write is as good as if nothing had been. */
  worksAgain(key: string): Promise<void>
}

const bucket = "files"
const partBytes = 5 * MiB
const patientSeconds = 60
/** Of two parts. */
export const large = Buffer.alloc(6 * MiB, "large file ")

/** One store for all tests of a file; each gets a line and a folder of its own. */
export function useRadosgw() {
  let radosgw: Radosgw
  let direct: S3Client
  // Tests that run side by side have no end of their own to hang this on.
  const closings: (() => Promise<void>)[] = []
  let folders = 0
  const connect = (endpoint: string) =>
    new S3Client({
      endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: radosgw,
      requestChecksumCalculation: "WHEN_REQUIRED",
    })

  beforeAll(async () => {
    radosgw = await startRadosgw()
    direct = connect(radosgw.endpoint)
    await direct.send(new CreateBucketCommand({ Bucket: bucket }))
    // Ceph may have to be installed.
  }, 180_000)
  afterAll(async () => {
    for (const close of closings) await close()
    direct?.destroy()
    await radosgw?.stop()
  })

  return {
    gateway: () => radosgw,
    /** @param requestSeconds few, where something is not answered. */
    async faulty(requestSeconds = patientSeconds): Promise<Faulty> {
      const proxy = await startFaultProxy(radosgw.port)
      const client = connect(proxy.endpoint)
      closings.push(async () => {
        client.destroy()
        await proxy.stop()
      })
      folders += 1
      const prefix = `folder-${folders}/`
      const here = { Bucket: bucket, Prefix: prefix }
      const storageOf = (seconds: number) =>
        s3Storage(
          { client, bucket, prefix, partBytes, requestSeconds: seconds },
          { ...limitsOfS3, copyBytes: partBytes },
        )
      const patient = storageOf(patientSeconds)
      return {
        storage: storageOf(requestSeconds),
        patient,
        proxy,
        async left() {
          const { Contents = [] } = await direct.send(new ListObjectsV2Command(here))
          const { Uploads = [] } = await direct.send(new ListMultipartUploadsCommand(here))
          return { files: Contents.length, unfinished: Uploads.length }
        },
        async worksAgain(key) {
          proxy.set()
          expect(await patient.stat(key)).toBe(undefined)
          expect(await patient.write(key, chunksOf(large))).toEqual({ size: large.length })
          expect(large.equals(await bytesOf(await patient.open(key)))).toBe(true)
        },
      }
    },
  }
}
