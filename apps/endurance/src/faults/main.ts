import { randomUUID } from "node:crypto"
import { parseArgs } from "node:util"
import { runCommand } from "../site/run-command.js"
import { whole } from "../site/whole.js"
import { runFaults } from "./run.js"
import { tableOf } from "./table.js"

const usage = `npm run faults -- [options]

Starts a radosgw and an app whose files wait and stay in it, and lets things go wrong between the two while clients
upload and submit: resets, lost answers, silence, refusals, slowness, and deaths of the store. Then holds what is in the
bucket against what the clients were told, and sweeps. Ends with 1 when that does not hold.

  --count N     how many faults (200)
  --clients N   how many at a time (4)
  --seed TEXT   repeats the faults of another run (a new one each time)`

async function run(args: string[]): Promise<boolean> {
  const text = { type: "string" } as const
  const { values } = parseArgs({
    args,
    options: { count: text, clients: text, seed: text, help: { type: "boolean", default: false } },
  })
  if (values.help) {
    console.log(usage)
    return true
  }
  const count = whole("count", values.count, 200)
  const clients = whole("clients", values.clients, 4)
  const seed = values.seed ?? randomUUID()
  console.log(`--seed ${seed}`)
  const report = await runFaults({
    ...{ count, clients, seed, waitsForHeld: true },
    onFault: (name, done) => console.log(`${String(done).padStart(4)} of ${count}  ${name}`),
  })
  console.log(`\n${tableOf(report)}`)
  for (const violation of report.violations) console.error(violation)
  return report.violations.length === 0
}

await runCommand(() => run(process.argv.slice(2)))
