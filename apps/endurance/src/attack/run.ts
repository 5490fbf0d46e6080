import { startNginx, uploadLocation } from "@sticky-uploads/services"
import { type AttackReport, attackUploadEndpoint } from "sticky-uploads/testing"
import { startSubject } from "./start-subject.js"
import { subjects } from "./subjects.js"

/** What is tried of the corpus. */
export interface Choice {
  only?: RegExp
  slowSeconds?: number
}

// Longer than by default: who is only slow should be told from who hangs.
const patienceSeconds = 20

/** Attacks a subject in a process of its own. */
export async function attackSubject(name: string, choice: Choice): Promise<AttackReport> {
  const { path, maxBytes, isBehindNginx, read } = subjects[name] as (typeof subjects)[string]
  const subject = await startSubject(name)
  try {
    const nginx = isBehindNginx && (await startNginx({ server: uploadLocation(`127.0.0.1:${subject.port}`) }))
    try {
      return await attackUploadEndpoint({
        url: `http://127.0.0.1:${nginx?.port ?? subject.port}${path}`,
        maxBytes,
        patienceSeconds,
        look: subject.look,
        revive: subject.revive,
        ...(read ? { read } : {}),
        ...choice,
      })
    } finally {
      await nginx?.stop()
    }
  } finally {
    await subject.stop()
  }
}
