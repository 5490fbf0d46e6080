import { parseArgs } from "node:util"
import type { SoakOptions } from "./soak.js"

export const usage = `npm run soak -- [options]

  --minutes N         how long (60)
  --connections N     how many clients at once (200)
  --seed TEXT         what their choices are drawn from (a new one each time)`

function numberOf(name: string, given: string, most: number): number {
  const number = Number(given)
  if (number > 0 && number <= most) return number
  throw new TypeError(`--${name} is ${given}; give a number over 0, at most ${most}`)
}

/** @throws TypeError for what makes no sense. */
export function readOptions(args: string[]): SoakOptions | "help" {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", default: false },
      minutes: { type: "string", default: "60" },
      connections: { type: "string", default: "200" },
      seed: { type: "string", default: String(Date.now()) },
    },
  })
  if (values.help) return "help"
  const seconds = numberOf("minutes", values.minutes, 24 * 60) * 60
  return {
    seconds,
    connections: Math.ceil(numberOf("connections", values.connections, 5000)),
    seed: values.seed,
    sampleSeconds: Math.min(60, seconds / 2),
    pace: 1,
    idleSeconds: 10,
  }
}
