import { createHash } from "node:crypto"
import { type Answer, postForm, postJson } from "../kills/wire.js"
import type { Random } from "../soak/random.js"
import type { Ledger, Told } from "./ledger.js"
import { refusedTitle, type Site } from "./site.js"

/** What may be told of a file while its storage fails; its token stays good. */
const excuses = ["storage_failed", "token_busy"]

const inOne = { pieces: 1, pauseMs: 0 }

interface Client {
  site: Site
  ledger: Ledger
}

async function upload({ site, ledger }: Client, random: Random): Promise<Told | undefined> {
  // Some are so large that they are sent in parts.
  const bytes = random.bytes(
    random.integer(1, 10) < 8 ? random.integer(1, 60_000) : random.integer(5_300_000, 6_500_000),
  )
  const form = new FormData()
  form.append("upload", new Blob([Uint8Array.from(bytes)]), "a.bin")
  const answer = await postForm(`${site.url}/sticky/create/upload`, form, inOne)
  const { is_valid, stored, code } = answer.json as { is_valid: boolean; stored: string; code?: string }
  if (!is_valid) {
    ledger.counts.uploadsFailed += 1
    if (code !== "storage_failed") surprise(ledger, "an upload", answer)
    return undefined
  }
  ledger.counts.uploads += 1
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  const file: Told = { title: `title ${ledger.told.length}`, sha256, token: stored, isAccepted: false }
  ledger.told.push(file)
  return file
}

/** Submits a token; one whose submit failed is kept for another time. */
export async function submit({ site, ledger }: Client, file: Told, { isAgain = false } = {}): Promise<void> {
  const { counts } = ledger
  const { answer, codes } = await post(site, file.title, file.token)
  if (answer.status === 200) {
    file.isAccepted = true
    counts.accepted += 1
    if (isAgain) counts.acceptedAgain += 1
  } else if (codes.length > 0 && codes.every((code) => excuses.includes(code))) {
    if (codes.includes("token_busy")) counts.busy += 1
    else counts.submitsFailed += 1
    ledger.again.push(file)
  } else surprise(ledger, `the submit of "${file.title}"`, answer)
}

/** A submit that the app refuses after it promoted: the token stays good. */
async function beRefused({ site, ledger }: Client, file: Told): Promise<void> {
  const { answer, codes } = await post(site, `${refusedTitle} ${file.title}`, file.token)
  if (answer.status === 409) ledger.counts.refused += 1
  else if (codes.length > 0 && codes.every((code) => excuses.includes(code))) ledger.counts.submitsFailed += 1
  else surprise(ledger, `the refused submit of "${file.title}"`, answer)
}

async function post({ url }: Site, title: string, token: string): Promise<{ answer: Answer; codes: string[] }> {
  const answer = await postJson(`${url}/trpc/create`, { title, upload: token })
  const { error } = answer.json as { error?: { data: { codes: string[] } } }
  return { answer, codes: error?.data.codes ?? [] }
}

const surprise = (ledger: Ledger, what: string, { status, json }: Answer) =>
  ledger.surprises.push(`${what} was answered ${status} ${JSON.stringify(json)}`)

/** Uploads and submits one after the other until it is over. */
export async function runClient(client: Client, random: Random, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const again = client.ledger.again.shift()
    if (again) await submit(client, again, { isAgain: true })
    const file = await upload(client, random)
    const fate = random.pick(["sure", "sure", "sure", "sure", "refused", "forgotten"])
    if (!file || fate === "forgotten") continue
    if (fate === "refused") await beRefused(client, file)
    await submit(client, file)
  }
}
