import { createHash } from "node:crypto"
import { createRandom, type Random } from "../soak/random.js"
import { check, type Swept, sweepAll, unowned } from "./check.js"
import { type Ground, rowsOf, storagesOf } from "./ground.js"
import { endLeases } from "./leases.js"
import { type Counts, createCounts, type Form, type Ledger } from "./ledger.js"
import { type Lives, liveAndDie } from "./lives.js"
import { names, openPair } from "./pair.js"
import { createPerson, type Person } from "./person.js"
import { createRotation } from "./rotation.js"
import { openRows } from "./rows.js"
import { lifeSeconds } from "./server.js"

export interface FormsOptions {
  /** How many forms. */
  count: number
  /** People at once. */
  people: number
  /** The same files and moments for the same seed. */
  seed: string
  /** Where the files are. */
  ground: Ground
  /** The longest that somebody thinks before the next step. */
  thinkMs: number
  /** The longest that a process lives: so many steps of its own, or in half of its lives so much time. */
  livesSteps: number
  livesMs: number
  /** Is told each form that is done. */
  onForm?: ((done: number) => void) | undefined
}

export interface Report extends Counts, Lives, Swept {
  forms: number
  /** Secrets that were taken out. */
  rotations: number
  /** Sentences, one for each thing that must not be. */
  violations: string[]
}

// When somebody tries again whose file is held: it is for a minute after its process died.
const heldAgainMs = 10_000

function newForm(random: Random, number: number): Form {
  // Most are small, some so large that they are many writes, a few of several parts.
  const kind = random.integer(1, 50)
  const size = kind === 1 ? random.integer(8_500_000, 9_500_000) : random.integer(1, kind < 40 ? 60_000 : 600_000)
  const bytes = random.bytes(size)
  return {
    title: `form ${number}`,
    bytes,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    way: random.pick(["call", "call", "post", "plain"]),
    token: undefined,
    takenBy: undefined,
    isUnsure: false,
  }
}

/** Lets people fill in forms of two processes that are killed and started anew with other secrets, and checks what is left. */
export async function runForms(options: FormsOptions): Promise<Report> {
  const { count, people, seed, ground, thinkMs, livesSteps, livesMs, onForm } = options
  const random = createRandom(seed)
  const ledger: Ledger = { counts: createCounts(), surprises: [] }
  const storages = await storagesOf(ground)
  const rows = await openRows(rowsOf(ground))
  const rotation = createRotation(names, lifeSeconds * 1000)
  const pair = await openPair(ground)
  const forms: Form[] = []
  const held: { form: Form; again: number }[] = []
  let done = 0

  function settle(form: Form, isDone: boolean): void {
    if (!isDone) return void held.push({ form, again: performance.now() + heldAgainMs })
    form.bytes = undefined
    done += 1
    onForm?.(done)
  }

  async function fillInForms(person: Person): Promise<void> {
    while (forms.length < count) {
      const due = held.findIndex(({ again }) => again < performance.now())
      const [known] = due < 0 ? [] : held.splice(due, 1)
      const form = known?.form ?? newForm(random, forms.length + 1)
      if (!known) forms.push(form)
      settle(form, await (known ? person.submit(form) : person.fillIn(form)))
    }
  }

  try {
    const stop = new AbortController()
    const lives = { kills: 0, killsAtSteps: 0 }
    const living = names.map((name) =>
      liveAndDie({
        name,
        pair,
        random: createRandom(`${seed} ${name}`),
        rotation,
        livesSteps,
        livesMs,
        lives,
        signal: stop.signal,
      }),
    )
    const persons = Array.from({ length: people }, (_, at) =>
      createPerson({ random: createRandom(`${seed} ${at}`), ledger, pair, rows, thinkMs }),
    )
    await Promise.race([Promise.all(persons.map(fillInForms)), Promise.all(living)])
    stop.abort()
    await Promise.all(living)
    if (held.length > 0) await endLeases(ground)
    for (const name of names) await pair.start(name, { secrets: rotation.next(name) })
    const [person] = persons as [Person]
    for (const { form } of held.splice(0)) settle(form, await person.submit(form))
    const violations = [...new Set([...ledger.surprises, ...pair.errors])]
    for (const { form } of held) violations.push(`the file of "${form.title}" is held although its lease is over`)
    const swept = await sweepAll(rows, storages)
    violations.push(...(await check(forms, rows, storages)))
    for (const key of await unowned(rows, storages)) violations.push(`${key} has no owner, and the sweep left it`)
    return { forms: done, ...lives, rotations: rotation.rotations, ...ledger.counts, ...swept, violations }
  } finally {
    await pair.stop()
  }
}
