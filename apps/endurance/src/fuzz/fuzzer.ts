import fc from "fast-check"
import type { Ground } from "./ground.js"

/** Something that is to hold for whatever a client sends. */
export interface Fuzzer {
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: what its cases are is its own affair
  property: (ground: Ground) => fc.IAsyncProperty<any>
}

/** Tries cases one by one, and looks at the server after each. What follows a finding has another server. */
export function onGround<Case>(
  cases: fc.Arbitrary<Case>,
  attempt: (ground: Ground, one: Case) => Promise<void>,
): Fuzzer["property"] {
  return (ground) =>
    fc.asyncProperty(cases, async (one) => {
      try {
        await attempt(ground, one)
        await ground.check()
      } catch (error) {
        await ground.renew()
        throw error
      }
    })
}
