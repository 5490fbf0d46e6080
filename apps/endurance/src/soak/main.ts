import { runCommand } from "../site/run-command.js"
import { readOptions, usage } from "./options.js"
import { type SoakOptions, soak } from "./soak.js"
import { growthOf, type Sample } from "./verdict.js"

const MiB = 1_048_576

function line({ seconds, rssBytes, openFiles, stagedFiles, loopP99Ms, outcomes }: Sample): string {
  const answers = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${count} × ${outcome}`)
  const figures = [
    `${(seconds / 60).toFixed(1).padStart(5)} min`,
    `RSS ${(rssBytes / MiB).toFixed(1)} MiB`,
    `${openFiles} open files`,
    `${stagedFiles} staged`,
    `loop p99 ${loopP99Ms.toFixed(1)} ms`,
  ]
  return `${figures.join(" · ")} · ${answers.join(", ")}`
}

async function run(options: SoakOptions): Promise<boolean> {
  console.log(`seed ${options.seed}, ${options.connections} connections, ${options.seconds / 60} minutes`)
  const { samples, answers, faults } = await soak(options, (sample) => console.log(line(sample)))
  const growth = growthOf(samples)
  const grown = growth === undefined ? "" : `; RSS ${growth.toFixed(3)} times that of the tenth minute`
  console.log(`\n${answers} answers, ${faults.length} faults${grown}`)
  for (const fault of faults.slice(0, 50)) console.error(fault)
  return faults.length === 0
}

await runCommand(async () => {
  const options = readOptions(process.argv.slice(2))
  if (options !== "help") return run(options)
  console.log(usage)
  return true
})
