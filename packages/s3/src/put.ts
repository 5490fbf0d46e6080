import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3"
import { answeredStatus, storageFailed } from "./ask.js"
import { newMark, type Objects } from "./objects.js"

/**
 * Puts whole objects, where there is none. The single use of a token rests on that, and some stores overlook the
 * condition: so the first object is put twice, and a store that takes it again is refused.
 */
export function createPut(objects: Objects): (key: string, bytes: Buffer) => Promise<void> {
  const { ask, options } = objects
  let isProven = false

  async function put(key: string, mark: string, Body: Buffer): Promise<void> {
    const about = { ...objects.at(key), ...objects.about(mark), ContentLength: Body.length, IfNoneMatch: "*" }
    await ask("write", new PutObjectCommand({ ...about, Body }), Body.length)
  }

  async function prove(key: string, mark: string, bytes: Buffer): Promise<void> {
    try {
      await put(key, mark, bytes)
    } catch (error) {
      isProven = answeredStatus(error) === 412
      return
    }
    await ask("write", new DeleteObjectCommand(objects.at(key)))
    const cause = new Error("the store overlooks If-None-Match: a token could be used twice, and files overwritten")
    throw storageFailed(options.name, "write", cause)
  }

  return async (key, bytes) => {
    const mark = newMark()
    await objects.commit(key, mark, () => put(key, mark, bytes))
    if (!isProven) await prove(key, mark, bytes)
  }
}
