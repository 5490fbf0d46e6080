import type { Scenario } from "../bench.js"
import type { InsideQuestion } from "../inner-process.js"
import type { Row } from "../rows.js"

/** Measures something that no request goes through, in a process of its own. */
export function insideScenario(name: string, limitSeconds: number): Scenario {
  return {
    name,
    async run({ house, amounts, say }) {
      say(`${name}: running`)
      const worker = house.start("inner-process", name)
      const question: InsideQuestion = { amounts, directory: house.directory() }
      try {
        const rows = await worker.ask<Row[]>(question, limitSeconds)
        const note = `stopped after ${limitSeconds} s`
        return rows ?? [{ scenario: name, subject: "sticky", note }]
      } finally {
        await worker.stop()
      }
    },
  }
}
