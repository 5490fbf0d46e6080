import type { Scenario } from "./bench.js"
import { openHouse } from "./house.js"
import type { Options } from "./options.js"
import type { Row } from "./rows.js"

/** Runs scenarios one after the other. Whatever was made for them is gone when it settles. */
export async function runScenarios(
  scenarios: readonly Scenario[],
  { amounts, subjects, directory }: Pick<Options, "amounts" | "subjects" | "directory">,
  say: (text: string) => void,
): Promise<Row[]> {
  const until = performance.now() + amounts.budgetSeconds * 1000
  const secondsLeft = () => (until - performance.now()) / 1000
  const house = openHouse(directory)
  try {
    const load = house.start("load-process")
    const kept = new Map()
    const rows: Row[] = []
    for (const [at, scenario] of scenarios.entries()) {
      const reserved = (secondsLeft() * (scenarios.length - at - 1)) / (scenarios.length - at)
      const mayRepeat = () => secondsLeft() > reserved
      if (secondsLeft() <= 0) say(`${scenario.name}: not run, the time is over`)
      else rows.push(...(await scenario.run({ amounts, subjects, house, kept, load, say, secondsLeft, mayRepeat })))
    }
    return rows
  } finally {
    house.close()
  }
}
