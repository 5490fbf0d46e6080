import { setTimeout as pause } from "node:timers/promises"
import { goodBody, post } from "./endpoint.js"
import type { Judgement } from "./judge.js"
import { meet } from "./meet.js"
import type { ResolvedAttack } from "./options.js"

/** Uploads the good file; says what is wrong when it is not taken. */
export async function tryGood(attack: ResolvedAttack): Promise<Judgement | undefined> {
  const { came } = await meet(attack, (endpoint) => post(endpoint, goodBody(endpoint)))
  if (came === "taken") return undefined
  if (came === "silence") return { verdict: "hung", why: "a good upload gets no answer" }
  if (came === "closed") return { verdict: "crashed", why: "a good upload finds nobody" }
  return { verdict: "crashed", why: `a good upload gets ${came}` }
}

/** Waits until the good file is taken again; says whether it was. */
export async function comesBack(attack: ResolvedAttack): Promise<boolean> {
  const until = performance.now() + attack.patienceMs
  await attack.revive?.()
  while (await tryGood(attack)) {
    if (performance.now() > until) return false
    await pause(100)
  }
  return true
}
