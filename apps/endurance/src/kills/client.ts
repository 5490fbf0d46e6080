import { createHash } from "node:crypto"
import type { Random } from "../soak/random.js"
import { rowsIn } from "./journal.js"
import type { Ledger, Told } from "./ledger.js"
import { refusedNote } from "./server.js"
import { type Answer, Cut, postForm, postJson } from "./wire.js"

interface ClientOptions {
  random: Random
  ledger: Ledger
  /** Resolves to where the server listens, once it does. */
  up: () => Promise<string>
  /** Resolves to whether the server that just listened was killed; it may take a moment to be known. */
  down: () => Promise<boolean>
  isOver: () => boolean
  /** Where the server keeps its rows. */
  journal: string
}

/** Uploads and submits one after the other until it is over, and writes down what it was told. */
export async function runClient({ random, ledger, up, down, isOver, journal }: ClientOptions): Promise<void> {
  const { counts, told, surprises } = ledger

  function newNote(kind = "note"): string {
    ledger.notes += 1
    return `${kind} ${ledger.notes}`
  }

  /** Passes an answer on, and counts that there is none. */
  function counted(name: "uploadsCut" | "submitsCut", answer: Promise<Answer>): Promise<Answer> {
    return answer.catch((error: unknown) => {
      counts[name] += 1
      throw error
    })
  }

  const surprise = (what: string, { status, json }: Answer) =>
    surprises.push(`${what} was answered ${status} ${JSON.stringify(json)}`)

  function newFile() {
    // Most are small, some so large that they are many writes.
    const bytes = random.bytes(random.integer(1, 5) < 5 ? random.integer(1, 60_000) : random.integer(60_000, 2_000_000))
    const pace = { pieces: random.integer(1, 4), pauseMs: random.integer(0, 8) }
    return { bytes, pace, sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length }
  }

  async function upload(url: string): Promise<Told | undefined> {
    const { bytes, pace, sha256, size } = newFile()
    const form = new FormData()
    form.append("upload", new Blob([bytes]), "a.bin")
    const answer = await counted("uploadsCut", postForm(`${url}/sticky/create/upload`, form, pace))
    const { is_valid, stored } = answer.json as { is_valid: boolean; stored: string }
    if (!is_valid) {
      surprise("an upload", answer)
      return undefined
    }
    counts.uploads += 1
    const file: Told = { note: newNote(), sha256, size, token: stored, fate: "waiting" }
    told.add(file)
    return file
  }

  /** Submits a token; again, where the first time was cut. */
  async function submit(url: string, file: Told): Promise<void> {
    const isAgain = file.fate === "submitting"
    file.fate = "submitting"
    const posted = postJson(`${url}/trpc/create`, { note: file.note, upload: file.token })
    const answer = await counted("submitsCut", posted).catch((error: unknown) => {
      ledger.cut.push(file)
      throw error
    })
    const isUsed = JSON.stringify(answer.json).includes("token_used")
    if (answer.status === 200) {
      file.fate = "accepted"
      counts.accepted += 1
      if (isAgain) counts.acceptedAgain += 1
    } else if (isAgain && isUsed && (await rowsIn(journal)).some(({ note }) => note === file.note)) {
      file.fate = "accepted"
      counts.foundUsed += 1
    } else surprise(`a ${isAgain ? "second " : ""}submit`, answer)
  }

  /** A submit that the app refuses after it promoted: the token stays good. */
  async function beRefused(url: string, file: Told): Promise<void> {
    const answer = await postJson(`${url}/trpc/create`, { note: newNote(refusedNote), upload: file.token })
    if (answer.status === 409) counts.refused += 1
    else surprise("a submit to be refused", answer)
  }

  async function postWhole(url: string): Promise<void> {
    const { bytes, pace, sha256, size } = newFile()
    const note = newNote("form")
    const form = new FormData()
    form.append("note", note)
    form.append("upload", new Blob([bytes]), "a.bin")
    const answer = await counted("submitsCut", postForm(`${url}/notes`, form, pace))
    if (answer.status !== 200) return void surprise("a form", answer)
    counts.accepted += 1
    told.add({ note, sha256, size, token: undefined, fate: "accepted" })
  }

  async function act(url: string): Promise<void> {
    const again = ledger.cut.shift()
    if (again) return submit(url, again)
    const fate = random.pick(["whole", "whole", "forgotten", "refused", "sure", "sure", "sure", "sure", "sure", "sure"])
    if (fate === "whole") return postWhole(url)
    const file = await upload(url)
    if (!file || fate === "forgotten") return
    if (fate === "refused") await beRefused(url, file)
    await submit(url, file)
  }

  while (!isOver()) {
    const url = await up()
    await act(url).catch(async (error: unknown) => {
      if (!(error instanceof Cut)) throw error
      if (!(await down())) surprises.push("a request was cut, and the server lives")
    })
  }
}
