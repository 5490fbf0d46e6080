import { setImmediate as turn } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { createFlows } from "./flow.js"

function observed(takeFlow = createFlows()) {
  const source = { isPaused: false, pause: () => (source.isPaused = true), resume: () => (source.isPaused = false) }
  return { source, flow: takeFlow(source) }
}

const bit = 131_072

describe("createFlows", () => {
  it("rests once the source has brought its bit, and goes on in the loop's next turn", async () => {
    const { source, flow } = observed()
    flow.took(bit - 1)
    expect(source.isPaused).toBe(false)
    flow.took(1)
    expect(source.isPaused).toBe(true)
    await turn()
    expect(source.isPaused).toBe(false)
  })

  it("counts anew after each rest", async () => {
    const { source, flow } = observed()
    flow.took(bit * 3)
    await turn()
    flow.took(bit - 1)
    expect(source.isPaused).toBe(false)
  })

  it("waits while the reader is behind", () => {
    const { source, flow } = observed()
    flow.want(false)
    expect(source.isPaused).toBe(true)
    flow.want(true)
    expect(source.isPaused).toBe(false)
  })

  it("does not go on after a rest while the reader is behind", async () => {
    const { source, flow } = observed()
    flow.took(bit)
    flow.want(false)
    await turn()
    expect(source.isPaused).toBe(true)
    flow.want(true)
    expect(source.isPaused).toBe(false)
  })

  it("rests to its end, even when the reader asks for more", async () => {
    const { source, flow } = observed()
    flow.took(bit)
    flow.want(true)
    expect(source.isPaused).toBe(true)
    await turn()
    expect(source.isPaused).toBe(false)
  })

  it("takes nothing more once it was stopped, in a rest or out of one", async () => {
    const { source, flow } = observed()
    flow.took(bit)
    flow.stop()
    await turn()
    flow.want(true)
    expect(source.isPaused).toBe(true)
  })

  it("rests less often the more sources there are, until they are over", () => {
    const takeFlow = createFlows()
    const { source, flow } = observed(takeFlow)
    const others = Array.from({ length: 7 }, () => observed(takeFlow).flow)
    flow.took(bit * 8 - 1)
    expect(source.isPaused).toBe(false)
    for (const other of others) other.giveBack()
    flow.took(1)
    expect(source.isPaused).toBe(true)
  })
})
