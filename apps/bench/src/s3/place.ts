import { S3Client } from "@aws-sdk/client-s3"

/** Where a subject of S3 puts files, and has those that it takes from its own disk. */
export interface Place {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
  bucket: string
  directory: string
}

export function clientOf({ endpoint, accessKeyId, secretAccessKey }: Omit<Place, "bucket" | "directory">): S3Client {
  return new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    // radosgw knows none of the checksums that the client would add (decision of the storage, not of the bench).
    requestChecksumCalculation: "WHEN_REQUIRED",
  })
}
