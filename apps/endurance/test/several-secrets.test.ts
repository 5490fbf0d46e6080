import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Name } from "../src/forms/pair.js"
import { type Several, startSeveral } from "./support/several.js"

const secret = (name: string) => `the ${name} secret, of more than thirty-two bytes`
const [older, newer, newest] = [secret("older"), secret("newer"), secret("newest")]

describe("P12: two processes behind nginx whose secrets are rotated one by one", { timeout: 120_000 }, () => {
  let several: Several
  beforeAll(async () => {
    several = await startSeveral("directory", older)
  })
  afterAll(() => several?.stop())

  /** A token of each process. */
  async function tokens(): Promise<Record<Name, string>> {
    const said = [await several.as("ann").upload(Buffer.from("a")), await several.as("ann").upload(Buffer.from("b"))]
    return Object.fromEntries(said.map(({ by, token }) => [by, token])) as Record<Name, string>
  }

  /** What each process says of a token in a form without a title. */
  async function saidOf(token: string): Promise<Record<string, string[]>> {
    const said = [await several.as("ann").call("", token), await several.as("ann").call("", token)]
    return Object.fromEntries(said.map(({ by, codes }) => [by, codes.sort()]))
  }

  const good = { a: ["too_small"], b: ["too_small"] }
  const isTampered = ["token_tampered", "too_small"]

  it("takes the tokens of either at either after each step, in the order of the guide", async () => {
    const out: string[] = []
    const steps: [Name, string[]][] = [
      ["a", [older, newer]],
      ["b", [older, newer]],
      ["b", [newer, older]],
      ["a", [newer, older]],
    ]
    for (const [name, secrets] of steps) {
      await several.restart(name, ...secrets)
      out.push(...Object.values(await tokens()))
      for (const token of out) expect(await saidOf(token)).toEqual(good)
    }
    // What is out there of the old secret is good as long as that is not taken out.
    await several.restart("a", newer)
    expect(await saidOf(out[0]!)).toEqual({ ...good, a: isTampered })
    for (const token of Object.values(await tokens())) expect(await saidOf(token)).toEqual(good)
  })

  it("refuses what one signs with a secret that the other was not given first", async () => {
    await several.restart("a", newest, newer)
    const { a, b } = await tokens()
    expect([await saidOf(a), await saidOf(b)]).toEqual([{ ...good, b: isTampered }, good])
    await several.restart("b", newer, newest)
    expect(await saidOf(a)).toEqual(good)
  })
})
