import { DeleteObjectCommand } from "@aws-sdk/client-s3"
import type { Storage } from "sticky-uploads"
import { copy, isSameStore } from "./copy.js"
import { type Limits, limitsOfS3 } from "./limits.js"
import { abortUnfinished, list } from "./listing.js"
import { createObjects, type Objects, timeOf } from "./objects.js"
import { open } from "./open.js"
import { resolveOptions, type S3StorageOptions } from "./options.js"
import { createWrite } from "./write.js"

const objectsOf = new WeakMap<Storage, Objects>()

/**
 * Keeps files in a bucket, each as an object under its key. A file appears with one request, whole or not at all, and
 * never over another: every write is conditional. A store that overlooks the condition is refused.
 *
 * @example
 * const staged = createS3Storage({ client: new S3Client({}), bucket: "my-files", prefix: "staged/" })
 */
export function createS3Storage(options: S3StorageOptions): Storage {
  return s3Storage(options)
}

/** @param limits lower ones for tests, whose files are smaller. */
export function s3Storage(options: S3StorageOptions, limits: Limits = limitsOfS3): Storage {
  const objects = createObjects(resolveOptions(options))
  const storage: Storage = {
    name: objects.options.name,
    write: createWrite(objects, limits),
    open: (key, range) => open(objects, key, range),
    async stat(key) {
      const found = await objects.head(key, "stat")
      return found && { key, size: found.ContentLength ?? 0, modifiedAt: timeOf(found.LastModified) }
    },
    async remove(key) {
      await objects.ask("remove", new DeleteObjectCommand(objects.at(key)))
    },
    list: (which) => list(objects, which),
    async copyFrom(source, sourceKey, key) {
      const from = objectsOf.get(source)
      if (!from || !(await isSameStore(from, objects))) return false
      return copy(from, sourceKey, objects, key, limits)
    },
    removeUnfinished: (before) => abortUnfinished(objects, before),
  }
  objectsOf.set(storage, objects)
  return storage
}
