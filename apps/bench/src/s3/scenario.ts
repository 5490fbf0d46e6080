import { createWriteStream } from "node:fs"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { startRadosgw } from "@sticky-uploads/services"
import type { Bench, Scenario } from "../bench.js"
import { contentOf } from "../bodies/content.js"
import { localName } from "../bodies/request.js"
import { listening, type RunningSubject, type Upload } from "../scenarios/running-subject.js"
import { noteIdle, warmUp, warmUps } from "../scenarios/take-subjects.js"
import { uploadRow } from "../scenarios/upload-row.js"
import { measure } from "../scenarios/uploads.js"
import { createBucket } from "./bucket.js"
import { clientOf, type Place } from "./place.js"
import { type S3SubjectName, s3Subjects } from "./subjects.js"

// What is slower than this is not waited for: the machine has something else to do.
const leastBytesPerSecond = 8 * 2 ** 20

/** Puts the files on a disk that a subject takes from there, and not from the load generator. */
async function writeLocal(directory: string, uploads: readonly Upload[]): Promise<void> {
  for (const upload of uploads) {
    const path = join(directory, localName(upload))
    await pipeline(Readable.from(contentOf(upload.kind, upload.fileBytes)), createWriteStream(path))
  }
}

async function startSubject(
  { house }: Bench,
  name: S3SubjectName,
  store: Omit<Place, "bucket">,
): Promise<RunningSubject> {
  const place: Place = { ...store, bucket: name }
  const worker = house.start("s3/s3-process", name, JSON.stringify(place))
  const { wire, path } = s3Subjects[name]
  return listening(worker, { name, wire, path, arrivals: await createBucket(clientOf(place), place.bucket) })
}

/** Has each subject in turn bring the same file to a radosgw, round by round. */
export function s3Scenario(name: string, upload: Upload): Scenario {
  return {
    name,
    onlyByName: true,
    async run(bench) {
      const { amounts, house, say } = bench
      say(`${name}: starting radosgw`)
      // What one subject brought may still lie there while the other brings its own.
      const radosgw = await startRadosgw({ storeBytes: 3 * upload.fileBytes + 2 ** 30 })
      const running: RunningSubject[] = []
      try {
        const directory = house.directory()
        await writeLocal(directory, [...warmUps(amounts), upload])
        for (const subject of Object.keys(s3Subjects) as S3SubjectName[]) {
          running.push(await startSubject(bench, subject, { ...radosgw, directory }))
        }
        // Before anything has come: what the first files leave behind belongs to what uploads take.
        await noteIdle(running)
        for (const subject of running) if (!subject.ended) await warmUp(bench, subject)
        const limitSeconds = Math.max(amounts.limitSeconds, upload.fileBytes / leastBytesPerSecond)
        const samples = await measure({ ...bench, amounts: { ...amounts, limitSeconds } }, name, running, upload)
        const [references = []] = samples
        return running.map((subject, at) => {
          const { throughputRatio, ...row } = uploadRow(name, subject, samples[at] ?? [], references, false)
          return { ...row, libStorageRatio: throughputRatio ?? null }
        })
      } finally {
        for (const { worker } of running) await worker.stop()
        await radosgw.stop()
      }
    },
  }
}
