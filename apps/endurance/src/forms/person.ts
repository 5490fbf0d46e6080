import { setTimeout as after } from "node:timers/promises"
import { Cut } from "../kills/wire.js"
import { claimsOf } from "../site/places.js"
import type { Random } from "../soak/random.js"
import { type Asking, asking, type Said } from "./ask.js"
import type { Counts, Form, Ledger } from "./ledger.js"
import type { Pair } from "./pair.js"
import type { Rows } from "./rows.js"

interface PersonOptions {
  random: Random
  ledger: Ledger
  pair: Pick<Pair, "port" | "wasGone">
  rows: Rows
  /** The longest that somebody thinks before the next step. */
  thinkMs: number
}

/** What people do with a form. */
export interface Person {
  /** Picks its file, forgets its title, mends that and submits. Resolves to whether it is done; otherwise its file is held. */
  fillIn(form: Form): Promise<boolean>
  /** Submits a form whose file was held. */
  submit(form: Form): Promise<boolean>
}

// What somebody waits who was told that the connection was lost.
const againMs = 1500

export function createPerson({ random, ledger, pair, rows, thinkMs }: PersonOptions): Person {
  const { counts, surprises } = ledger
  const think = () => after(random.integer(0, thinkMs))
  const isSaved = async ({ title }: Form) => (await rows.all()).some((row) => row.title === title)

  /** Asks until there is an answer of the app's. */
  async function insist(cut: keyof Counts, ask: () => Promise<Said>): Promise<Said> {
    for (;;) {
      const since = performance.now()
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof Cut)) throw error
        counts[cut] += 1
        if (!(await pair.wasGone(since))) surprises.push(`${cut}: no answer, and both processes lived: ${error.cause}`)
        await after(random.integer(0, againMs))
      }
    }
  }

  function isExpected(what: string, form: Form, { status, codes }: Said, ...expected: string[]): boolean {
    const answer = [status, ...codes].join(" ")
    if (expected.includes(answer)) return true
    surprises.push(`${what} of "${form.title}" was answered ${answer}`)
    return false
  }

  const askAs = ({ title }: Form): Asking => asking(`http://127.0.0.1:${pair.port}`, `the person of ${title}`)
  const pace = () => ({ pieces: random.integer(1, 4), pauseMs: random.integer(0, 8) })

  async function pick(form: Form): Promise<boolean> {
    const { bytes = Buffer.alloc(0), way } = form
    const ask = askAs(form)
    const isWhole = way === "plain"
    const said = await insist("picksCut", () =>
      isWhole ? ask.postWhole("", bytes, pace()) : ask.upload(bytes, pace()),
    )
    if (!isExpected("the pick", form, said, isWhole ? "422 too_small" : "200")) return false
    form.token = said.token
    form.takenBy = said.by
    counts.picks += 1
    return true
  }

  const send = (form: Form, title: string, token: string) =>
    form.way === "call" ? askAs(form).call(title, token) : askAs(form).post(title, token)

  /** Whether a token was refused for its age: its secret may be gone by then. */
  const isExpired = (token: string, { codes }: Said) =>
    codes.some((code) => code === "token_expired" || code === "token_tampered") &&
    Number(claimsOf(token).exp) * 1000 <= Date.now()

  async function pickAnew(form: Form): Promise<boolean> {
    counts.expired += 1
    return fillIn(form)
  }

  async function submit(form: Form): Promise<boolean> {
    const token = form.token as string
    const said = await insist("submitsCut", async () => {
      try {
        return await send(form, form.title, token)
      } catch (error) {
        form.isUnsure = true
        throw error
      }
    })
    const refusals = form.isUnsure ? ["400 token_used", "422 token_used", "400 token_busy", "422 token_busy"] : []
    const isOver = isExpired(token, said)
    if (!isOver && !isExpected("the submit", form, said, "200", ...refusals)) return true
    if (said.row) {
      counts.accepted += 1
      if (form.isUnsure) counts.acceptedAgain += 1
      if (said.by !== form.takenBy) counts.crossed += 1
      return true
    }
    if (said.codes.includes("token_busy")) {
      counts.busy += 1
      return false
    }
    if (await isSaved(form)) {
      counts.foundUsed += 1
      return true
    }
    if (isOver) return pickAnew(form)
    surprises.push(`the token of "${form.title}" is used, and there is no row`)
    return true
  }

  async function fillIn(form: Form): Promise<boolean> {
    if (!(await pick(form))) return true
    form.isUnsure = false
    await think()
    if (form.way !== "plain") {
      const token = form.token as string
      const said = await insist("failsCut", () => send(form, "", token))
      if (isExpired(token, said)) return pickAnew(form)
      if (!isExpected("the first submit", form, said, "400 too_small", "422 too_small")) return true
    }
    counts.failed += 1
    await think()
    return submit(form)
  }

  return { fillIn, submit }
}
