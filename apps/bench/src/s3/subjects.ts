import { createReadStream } from "node:fs"
import type { RequestListener } from "node:http"
import { join } from "node:path"
import { Upload } from "@aws-sdk/lib-storage"
import { createS3Storage } from "@sticky-uploads/s3"
import express from "express"
import type { Wire } from "../bodies/request.js"
import { stickyInto } from "../subjects/sticky.js"
import { clientOf, type Place } from "./place.js"

interface S3Subject {
  wire: Wire
  path: string
  serve: (place: Place) => RequestListener
}

/** What the SDK does with a file when nobody sends it: the upload helper of its own, as its README has it. */
function libStorage(options: { partSize?: number }): (place: Place) => RequestListener {
  return (place) => {
    const client = clientOf(place)
    let uploads = 0
    const app = express()
    app.post("/upload", async (req, res) => {
      uploads += 1
      const Body = createReadStream(join(place.directory, req.get("x-local-name") ?? ""))
      const params = { Bucket: place.bucket, Key: `upload-${uploads}`, Body }
      await new Upload({ client, params, ...options }).done()
      res.json({ ok: true })
    })
    return app
  }
}

const sticky = (place: Place) => stickyInto(createS3Storage({ client: clientOf(place), bucket: place.bucket }))

/** Who is measured, by name. The first is what the others are compared with. */
export const s3Subjects = {
  "lib-storage": { wire: "local", path: "/upload", serve: libStorage({}) },
  // With parts as large as ours.
  "lib-storage-8mib": { wire: "local", path: "/upload", serve: libStorage({ partSize: 8 * 2 ** 20 }) },
  "sticky-s3": { wire: "multipart", path: "/sticky/bench/upload", serve: sticky },
} satisfies Record<string, S3Subject>

export type S3SubjectName = keyof typeof s3Subjects
