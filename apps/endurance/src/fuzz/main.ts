import { parseArgs } from "node:util"
import { runCommand } from "../site/run-command.js"
import { fuzz } from "./fuzz.js"

const usage = `npm run fuzz -- [options]

  --minutes N     how long (10)
  --seed N        what the cases are drawn from (a new one each time)`

function numberOf(name: string, given: string, least: number): number {
  const number = Number(given)
  if (Number.isFinite(number) && number > least) return number
  throw new TypeError(`--${name} is ${given}; give a number over ${least}`)
}

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return true
  }
  const seconds = numberOf("minutes", values.minutes, 0) * 60
  const seed = Math.trunc(numberOf("seed", values.seed, -1))
  console.log(`seed ${seed}`)
  const results = await fuzz({ seed, endsBy: { seconds } }, (progress) => console.log(progress))
  for (const { name, findings } of results) for (const finding of findings) console.error(`\n${name}: ${finding}`)
  const cases = results.reduce((sum, each) => sum + each.cases, 0)
  const found = results.reduce((sum, each) => sum + each.findings.length, 0)
  console.log(`\nseed ${seed}: ${cases} cases, ${found} findings`)
  return found === 0
})
