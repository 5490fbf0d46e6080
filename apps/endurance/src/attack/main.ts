import type { AttackReport } from "sticky-uploads/testing"
import { runCommand } from "../site/run-command.js"
import { intoPage } from "./into-page.js"
import { type Options, readOptions, usage } from "./options.js"
import { attackSubject } from "./run.js"
import { markdownTables, terminalTables } from "./tables.js"

// Node gives a request 300 s in all and looks every 30 s.
const slowSeconds = 345

/** Attacks one after the other; the slow clients of all of them wait meanwhile, at servers of their own. */
async function attackAll({ names, choice, withSlow }: Options): Promise<Map<string, AttackReport>> {
  const slow = withSlow ? names.map((name) => attackSubject(name, { only: /^slow clients$/, slowSeconds })) : []
  const waiting = Promise.all(slow)
  // Told when it is their turn.
  waiting.catch(() => undefined)
  const reports = new Map<string, AttackReport>()
  for (const name of names) {
    const began = performance.now()
    reports.set(name, await attackSubject(name, choice))
    console.error(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${name}`)
  }
  for (const [at, late] of (await waiting).entries()) {
    const name = names[at] as string
    const { rows, open, untried } = reports.get(name) as AttackReport
    reports.set(name, {
      rows: [...rows, ...late.rows],
      open: [...open, ...late.open],
      untried: [...untried, ...late.untried],
    })
  }
  return reports
}

async function attack(options: Options): Promise<boolean> {
  const reports = await attackAll(options)
  console.log(`\n${terminalTables(reports)}`)
  if (options.markdown !== undefined) intoPage(options.markdown, markdownTables(reports, options.command))
  const ours = [...reports].filter(([name]) => name.startsWith("sticky-uploads"))
  return ours.every(([, { open, untried }]) => open.length + untried.length === 0)
}

await runCommand(async () => {
  const options = readOptions(process.argv.slice(2))
  if (options !== "help") return attack(options)
  console.log(usage)
  return true
})
