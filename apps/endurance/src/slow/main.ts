import { parseArgs } from "node:util"
import { runCommand } from "../site/run-command.js"
import { median } from "../soak/median.js"
import { type SlowOptions, slow } from "./slow.js"

const usage = `npm run slow -- [options]

  --connections N     how many uploads get one byte a second (1000)`

const MiB = 1_048_576
const leastRatio = 0.8

async function run(options: SlowOptions): Promise<boolean> {
  const { aloneMs, besideMs, rssBytes, coreShare, faults } = await slow(options)
  const speed = (times: readonly number[]) => (options.fileBytes / MiB / (median(times) / 1000)).toFixed(0)
  const ratio = median(aloneMs) / median(besideMs)
  console.log(
    `a good upload of ${options.fileBytes / MiB} MiB: ${speed(aloneMs)} MiB/s alone, ${speed(besideMs)} MiB/s beside ` +
      `${options.connections} uploads at one byte a second: ${ratio.toFixed(2)} of its speed (medians of ${aloneMs.length}); ` +
      `they alone take ${(coreShare * 100).toFixed(0)} % of a core of the server, whose RSS is ${(rssBytes / MiB).toFixed(0)} MiB`,
  )
  if (ratio < leastRatio) console.error(`that is less than ${leastRatio}`)
  for (const fault of faults) console.error(fault)
  return ratio >= leastRatio && faults.length === 0
}

await runCommand(async () => {
  const { values } = parseArgs({
    options: { connections: { type: "string", default: "1000" }, help: { type: "boolean", default: false } },
  })
  const connections = Number(values.connections)
  if (!Number.isInteger(connections) || connections < 1 || connections > 1000)
    throw new TypeError(`--connections is ${values.connections}; give a whole number from 1 to 1000`)
  if (!values.help) return run({ connections, turns: 8, rounds: 3, fileBytes: 64 * MiB })
  console.log(usage)
  return true
})
