import type { Readable } from "node:stream"
import { GetObjectCommand } from "@aws-sdk/client-s3"
import type { ByteRange } from "sticky-uploads"
import { answeredName, answeredStatus, storageFailed } from "./ask.js"
import type { Objects } from "./objects.js"

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** @throws StickyError `storage_missing`, `storage_failed` */
export async function open(objects: Objects, key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
  const at = objects.at(key)
  const { start = 0, end } = range ?? {}
  if (end !== undefined && end <= start) {
    if (!(await objects.head(key, "open"))) throw objects.missing(key)
    return nothing()
  }
  const Range = start === 0 && end === undefined ? undefined : `bytes=${start}-${end === undefined ? "" : end - 1}`
  try {
    const { Body } = await objects.ask("open", new GetObjectCommand({ ...at, ...objects.secret, Range }))
    // Sound: on Node the client's own handler gives a Readable.
    return reading(Body as Readable, objects)
  } catch (error) {
    // The range begins behind the file's end.
    if (answeredStatus(error) === 416) return nothing()
    throw answeredName(error) === "NoSuchKey" ? objects.missing(key, error) : error
  }
}

/**
 * Reads an answer as fast as it is asked for, but waits no longer for a piece than a request may take. Whoever returns
 * the iterator ends the connection, also before the first piece: a generator of our own would not hear of that.
 */
function reading(body: Readable, { options }: Objects): AsyncIterable<Uint8Array> {
  const { name, requestSeconds } = options
  // Who reads it gets the error; while nobody does, it must not end the process.
  body.on("error", () => undefined)
  return {
    [Symbol.asyncIterator]() {
      const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
      return {
        async next() {
          const giveUp = () => body.destroy(new Error(`S3 sent nothing for ${requestSeconds} s`))
          const timer = setTimeout(giveUp, requestSeconds * 1000).unref()
          try {
            return await chunks.next()
          } catch (cause) {
            throw storageFailed(name, "open", cause)
          } finally {
            clearTimeout(timer)
          }
        },
        async return() {
          body.destroy()
          return { done: true, value: undefined }
        },
      }
    },
  }
}
