import { afterEach, describe, expect, it } from "vitest"
import { putWorldInSlot, type StickyWorld, worldInSlot } from "./scope.js"

afterEach(() => {
  Reflect.deleteProperty(globalThis, Symbol.for("sticky-uploads.world.1"))
})

describe("worldInSlot", () => {
  it("finds nothing until a server puts its world there, and then that world, whichever copy of the package asks", () => {
    expect(worldInSlot()).toBeUndefined()
    const world: StickyWorld = { current: () => undefined, receive: () => ({}) as never }
    putWorldInSlot(world)
    expect(worldInSlot()).toBe(world)
    expect(Reflect.get(globalThis, Symbol.for("sticky-uploads.world.1"))).toBe(world)
  })
})
