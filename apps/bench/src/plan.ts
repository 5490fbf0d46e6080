import type { Scenario } from "./bench.js"
import { bodyKinds } from "./bodies/content.js"
import type { Amounts } from "./options.js"
import { s3Scenario } from "./s3/scenario.js"
import { insideScenario } from "./scenarios/inside.js"
import { uploadScenario } from "./scenarios/uploads.js"

const MiB = 2 ** 20

const sizeName = (bytes: number) => (bytes < 2 ** 30 ? `${bytes / MiB}MiB` : `${bytes / 2 ** 30}GiB`)

/** Everything that is measured, what matters most first. */
export function planOf(amounts: Amounts): Scenario[] {
  const { largeBytes, smallBytes, smallFiles, atOnceBytes } = amounts
  const once = { uploads: 1, atOnce: 1 }
  return [
    ...bodyKinds.map((kind) => uploadScenario(`one-large/${kind}`, { kind, fileBytes: largeBytes, ...once })),
    uploadScenario(
      "many-small/random",
      { kind: "random", fileBytes: smallBytes, uploads: smallFiles, atOnce: 16 },
      { countsRequests: true },
    ),
    insideScenario("tokens", 60),
    insideScenario("parse", 60),
    { ...insideScenario("sizes", 60), onlyByName: true },
    ...amounts.sizes.map((fileBytes) =>
      uploadScenario(
        `by-size/${sizeName(fileBytes)}`,
        {
          kind: "random",
          fileBytes,
          uploads: Math.max(1, Math.ceil(largeBytes / fileBytes)),
          atOnce: 1,
        },
        { subjects: ["raw", "sticky"] },
      ),
    ),
    ...amounts.atOnce.map((atOnce) =>
      uploadScenario(`at-once/${atOnce}`, {
        kind: "random",
        fileBytes: Math.floor(atOnceBytes / atOnce),
        uploads: atOnce,
        atOnce,
      }),
    ),
    insideScenario("sweep", 300),
    ...[...new Set([largeBytes, Math.max(largeBytes, ...amounts.sizes)])].map((fileBytes) =>
      s3Scenario(`s3/${sizeName(fileBytes)}`, { kind: "random", fileBytes, ...once }),
    ),
  ]
}

/**
 * The scenarios that are asked for: by their names, or by what their names begin with before a slash. Those that take a
 * service, or have a page of their own, are not among all of them.
 * @throws TypeError naming the one that there is not.
 */
export function chosen(plan: readonly Scenario[], only: readonly string[] | undefined): readonly Scenario[] {
  if (!only) return plan.filter(({ onlyByName }) => !onlyByName)
  const isMeant = (name: string, given: string) => name === given || name.startsWith(`${given}/`)
  const unknown = only.find((given) => !plan.some(({ name }) => isMeant(name, given)))
  if (unknown !== undefined)
    throw new TypeError(`--only has "${unknown}"; there are ${plan.map(({ name }) => name).join(", ")}`)
  return plan.filter(({ name }) => only.some((given) => isMeant(name, given)))
}
