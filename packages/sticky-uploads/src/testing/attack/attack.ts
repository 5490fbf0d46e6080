import type { AttackCase, Outcome } from "./case.js"
import { groups, slowClients } from "./cases.js"
import { comesBack, tryGood } from "./health.js"
import { type Judgement, judge, worse } from "./judge.js"
import { createLookout } from "./lookout.js"
import { meet } from "./meet.js"
import { type AttackOptions, resolveAttack } from "./options.js"
import type { AttackReport, AttackRow } from "./report.js"

/**
 * Attacks a multipart upload endpoint that takes one file: with requests, bodies, names and files that were made to break
 * one, a case at a time, and a good upload after each. Every case is bounded in time and bytes. Resolves to a report, of
 * which `open` should be empty. Switch limits of uploads a minute off meanwhile.
 *
 * @example
 * const report = await attackUploadEndpoint({ url: "http://127.0.0.1:3000/sticky/submission.create/upload" })
 * @throws TypeError when an option makes no sense; Error when the endpoint does not even take the good file.
 */
export async function attackUploadEndpoint(options: AttackOptions): Promise<AttackReport> {
  const attack = resolveAttack(options)
  const isChosen = (group: string) => (each: AttackCase) => attack.only.test(each.name) || attack.only.test(group)
  const chosen = groups.flatMap(({ group, cases }) => cases.filter(isChosen(group)).map((each) => ({ group, each })))
  const slow = attack.slowMs === undefined ? [] : slowClients.cases.filter(isChosen(slowClients.group))
  const lookout = createLookout(attack)
  const rows: AttackRow[] = []
  const untried: string[] = []
  let isThere = true

  async function warmUp(): Promise<number> {
    const sick = await tryGood(attack)
    if (sick) throw new Error(`sticky-uploads: attackUploadEndpoint: ${sick.why}`)
    await lookout.renew()
    await tryGood(attack)
    return lookout.newFiles()
  }
  const goodFiles = await warmUp()
  await lookout.renew()

  /** What is wrong after cases that may have left so many files. */
  async function aftermath(files: number, isHung: boolean): Promise<Judgement | undefined> {
    const sick = await tryGood(attack)
    // What hangs may still be busy with that when the next case is tried.
    if (!sick && !(isHung && attack.revive)) return lookout.judge(files + goodFiles)
    isThere = await comesBack(attack)
    if (isThere) await lookout.renew()
    return sick
  }

  function tell(group: string, { name, expected }: AttackCase, { came }: Outcome, seen: Judgement, after?: Judgement) {
    rows.push({ group, name, expected, came, ...worse(seen, after) })
  }

  for (const { group, each } of chosen) {
    if (!isThere) untried.push(each.name)
    else {
      const outcome = await meet(attack, each.play)
      const seen = judge(each, outcome)
      const files = (outcome.files ?? 0) + (each.mayLeave ?? 0)
      tell(group, each, outcome, seen, await aftermath(files, seen.verdict === "hung"))
    }
  }
  if (isThere && slow.length > 0) {
    const playing = Promise.all(slow.map((each) => meet(attack, each.play, attack.slowMs)))
    const beside = await tryGood(attack)
    const outcomes = await playing
    const after = beside ?? (await aftermath(goodFiles, false))
    for (const [at, each] of slow.entries()) {
      const outcome = outcomes[at] as Outcome
      tell(slowClients.group, each, outcome, judge(each, outcome), after)
    }
  } else untried.push(...slow.map(({ name }) => name))
  return { rows, open: rows.filter(({ verdict }) => verdict !== "held"), untried }
}
