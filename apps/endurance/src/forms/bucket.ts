import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import { createS3Storage } from "@sticky-uploads/s3"
import { startRadosgw } from "@sticky-uploads/services"
import type { Storages } from "./ground.js"

/** A bucket of an S3 server, and who may use it. */
export interface Bucket {
  endpoint: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
}

const clientOf = ({ endpoint, accessKeyId, secretAccessKey }: Bucket) =>
  new S3Client({
    endpoint,
    credentials: { accessKeyId, secretAccessKey },
    region: "us-east-1",
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  })

/** Starts an S3 server with one bucket in it. */
export async function startBucket(): Promise<{ bucket: Bucket; stop(): Promise<void> }> {
  const { endpoint, accessKeyId, secretAccessKey, stop } = await startRadosgw()
  const bucket: Bucket = { endpoint, bucket: "forms", accessKeyId, secretAccessKey }
  const client = clientOf(bucket)
  await client.send(new CreateBucketCommand({ Bucket: bucket.bucket }))
  client.destroy()
  return { bucket, stop }
}

export function storagesIn(given: Bucket): Storages {
  const { bucket } = given
  const client = clientOf(given)
  return {
    staged: createS3Storage({ client, bucket, prefix: "staged/", name: "staged" }),
    uploads: createS3Storage({ client, bucket, prefix: "uploads/", name: "uploads" }),
  }
}
