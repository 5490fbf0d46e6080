import { randomUUID } from "node:crypto"
import { parseArgs } from "node:util"
import { runCommand } from "../site/run-command.js"
import { whole } from "../site/whole.js"
import { openGround } from "./open-ground.js"
import { runForms } from "./run.js"
import { tableOf } from "./table.js"

const usage = `npm run forms -- [options]

Lets people fill in forms at two processes behind nginx: they pick a file, forget the title, mend that and submit, while
both processes are killed again and again and their secrets are rotated. Then holds rows and files against what they
sent. Ends with 1 when that does not hold.

  --count N        how many forms (1000)
  --people N       how many at a time (16)
  --storage NAME   where files wait and stay: directory or s3, which starts a radosgw (directory)
  --seed TEXT      repeats the files and moments of another run (a new one each time)`

async function run(args: string[]): Promise<boolean> {
  const text = { type: "string" } as const
  const { values } = parseArgs({
    args,
    options: { count: text, people: text, storage: text, seed: text, help: { type: "boolean", default: false } },
  })
  if (values.help) {
    console.log(usage)
    return true
  }
  const count = whole("count", values.count, 1000)
  const people = whole("people", values.people, 16)
  const { storage = "directory", seed = randomUUID() } = values
  if (storage !== "directory" && storage !== "s3") throw new TypeError(`--storage is ${storage}; give directory or s3`)
  console.log(`--storage ${storage} --seed ${seed}`)
  const { ground, close } = await openGround(storage)
  try {
    const report = await runForms({
      ...{ count, people, seed, ground, thinkMs: 3000, livesSteps: 400, livesMs: 8000 },
      onForm: (done) => done % 100 === 0 && console.log(`${done} of ${count} forms`),
    })
    console.log(`\n${tableOf(report)}`)
    for (const violation of report.violations) console.error(violation)
    return report.violations.length === 0
  } finally {
    await close()
  }
}

await runCommand(() => run(process.argv.slice(2)))
