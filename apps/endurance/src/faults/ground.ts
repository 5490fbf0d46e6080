import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3"
import { createS3Storage } from "@sticky-uploads/s3"
import { type FaultProxy, type Radosgw, startFaultProxy, startRadosgw } from "@sticky-uploads/services"
import type { Storages } from "../forms/ground.js"

/** A bucket behind a line on which things go wrong. */
export interface Ground extends Storages {
  gateway: Radosgw
  line: FaultProxy
  /** The keys of all uploads of parts that are not ended. */
  unfinished(): Promise<string[]>
  close(): Promise<void>
}

const bucket = "faults"

export async function openGround(): Promise<Ground> {
  const gateway = await startRadosgw()
  const line = await startFaultProxy(gateway.port)
  const client = new S3Client({
    endpoint: line.endpoint,
    credentials: gateway,
    region: "us-east-1",
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  const common = { client, bucket, requestSeconds: 2, partBytes: 5 * 1_048_576 }
  return {
    gateway,
    line,
    staged: createS3Storage({ ...common, prefix: "staged/", name: "staged" }),
    uploads: createS3Storage({ ...common, prefix: "uploads/", name: "uploads" }),
    async unfinished() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
      return Uploads.map(({ Key = "" }) => Key)
    },
    async close() {
      client.destroy()
      await line.stop()
      await gateway.stop()
    },
  }
}
