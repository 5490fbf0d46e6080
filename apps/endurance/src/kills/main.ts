import { randomUUID } from "node:crypto"
import { parseArgs } from "node:util"
import { runCommand } from "../site/run-command.js"
import { whole } from "../site/whole.js"
import { runKills } from "./run.js"
import { tableOf } from "./table.js"

const usage = `npm run kills -- [options]

Starts a server, kills it while clients upload to it and submit, starts it again on the same directories, and holds
what it left against what the clients were told. Ends with 1 when that does not hold.

  --kills N     how often (500)
  --clients N   how many at a time (8)
  --seed TEXT   repeats the moments of another run (a new one each time)`

async function run(args: string[]): Promise<boolean> {
  const text = { type: "string" } as const
  const { values } = parseArgs({
    args,
    options: { kills: text, clients: text, seed: text, help: { type: "boolean", default: false } },
  })
  if (values.help) {
    console.log(usage)
    return true
  }
  const options = {
    kills: whole("kills", values.kills, 500),
    clients: whole("clients", values.clients, 8),
    seed: values.seed ?? randomUUID(),
  }
  console.log(`--seed ${options.seed}`)
  const report = await runKills({
    ...options,
    onKill: ({ kills }) => kills % 25 === 0 && console.log(`${kills} of ${options.kills} kills`),
  })
  console.log(`\n${tableOf(report)}`)
  for (const violation of report.violations) console.error(violation)
  return report.violations.length === 0
}

await runCommand(() => run(process.argv.slice(2)))
