import { describe, expect, it } from "vitest"
import { askAll } from "./entries.js"

describe("askAll", () => {
  async function* names(count: number): AsyncGenerator<string> {
    for (let each = 0; each < count; each += 1) yield String(each)
  }

  it("asks a few at a time, of as many names as there are, and leaves out what has no answer", async () => {
    let asking = 0
    let most = 0
    const ask = async (name: string) => {
      asking += 1
      most = Math.max(most, asking)
      await new Promise((resolve) => setImmediate(resolve))
      asking -= 1
      return Number(name) % 10 === 0 ? name : undefined
    }
    const answers: string[] = []
    for await (const answer of askAll(names(1005), ask)) answers.push(answer)
    expect(answers).toHaveLength(101)
    expect(new Set(answers).size).toBe(101)
    expect(most).toBe(32)
  })

  it("asks no further than it is read", async () => {
    const asked: string[] = []
    const ask = async (name: string) => {
      asked.push(name)
      return name
    }
    for await (const _ of askAll(names(1000), ask)) break
    expect(asked).toHaveLength(32)
  })
})
