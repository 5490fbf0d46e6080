import { describe, expect, it } from "vitest"
import { type Options, readOptions } from "./options.js"
import { chosen, planOf } from "./plan.js"
import { subjectNames } from "./subjects.js"

const options = (...args: string[]) => readOptions(args) as Options
const namesOf = (...args: string[]) => {
  const { amounts, only } = options(...args)
  return chosen(planOf(amounts), only).map(({ name }) => name)
}

describe("readOptions", () => {
  it("measures everyone five times, and three times when it has to be quick", () => {
    expect(options()).toMatchObject({ quick: false, subjects: subjectNames, amounts: { rounds: 5 } })
    expect(options("--quick").amounts.rounds).toBe(3)
    expect(options("--quick", "--rounds", "1").amounts.rounds).toBe(1)
  })

  it("always measures raw, which all others are compared with", () => {
    expect(options("--subjects", "multer,sticky").subjects).toEqual(["raw", "sticky", "multer"])
  })

  it.each([
    [["--subjects", "raw,nginx"], /"nginx"; there are raw, raw-1mib/],
    [["--rounds", "0"], /--rounds is 0/],
    [["--rounds", "many"], /--rounds is many/],
    [["--fast"], /--fast/],
  ])("refuses %j", (args, message) => expect(() => readOptions(args)).toThrow(message))

  it("explains itself when it is asked to", () => expect(readOptions(["--help", "--quick"])).toBe("help"))
})

describe("chosen", () => {
  it("takes a scenario by its name, and several by what their names begin with", () => {
    expect(namesOf("--only", "many-small/random,sweep")).toEqual(["many-small/random", "sweep"])
    expect(namesOf("--only", "one-large")).toEqual(
      ["random", "csv", "near-boundary", "carriage-returns"].map((kind) => `one-large/${kind}`),
    )
    expect(namesOf("--only", "at-once/256")).toEqual(["at-once/256"])
    expect(namesOf().length).toBeGreaterThan(10)
  })

  it("takes those that need a service by name alone", () => {
    expect(namesOf().filter((name) => name.startsWith("s3"))).toEqual([])
    expect(namesOf("--only", "s3")).toEqual(["s3/1GiB", "s3/4GiB"])
    expect(namesOf("--quick", "--only", "s3")).toEqual(["s3/64MiB"])
  })

  it("names the scenario that there is not, and those that there are", () => {
    expect(() => namesOf("--only", "one-larg")).toThrow(/"one-larg"; there are one-large\/random,/)
  })
})
