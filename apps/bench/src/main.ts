import { writeFileSync } from "node:fs"
import { type Options, readOptions, usage } from "./options.js"
import { chosen, planOf } from "./plan.js"
import { chartOf } from "./report/chart.js"
import { machine } from "./report/machine.js"
import { intoPage, markdownOf } from "./report/markdown.js"
import { tablesOf, terminalTable } from "./report/table.js"
import { runScenarios } from "./run.js"

async function bench(options: Options): Promise<void> {
  const began = performance.now()
  const say = (text: string) => {
    const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(4)
    process.stderr.write(`${seconds} s  ${text}\n`)
  }
  const rows = await runScenarios(chosen(planOf(options.amounts), options.only), options, say)
  console.log(`\n${machine()}\n\n${tablesOf(rows).map(terminalTable).join("\n\n")}`)
  const { amounts, json, markdown, only, quick, svg } = options
  const chosenBy = [quick && " --quick", only && ` --only ${only}`].filter(Boolean).join("")
  const command = `npm run bench --${chosenBy} --rounds ${amounts.rounds}`
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`)
  if (markdown !== undefined) intoPage(markdown, markdownOf(rows, command))
  if (svg !== undefined) writeFileSync(svg, chartOf(rows))
  const failed = rows.filter((row) => row.failed)
  for (const { scenario, subject, note } of failed) console.error(`${scenario}: ${subject} ${note}`)
  if (failed.length > 0) process.exitCode = 1
}

// Their `exit` is where everything that was made goes again.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.on(signal, () => process.exit(code))
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === "help") console.log(usage)
  else await bench(options)
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error)
  process.exitCode = 1
}
