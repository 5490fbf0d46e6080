import { AsyncLocalStorage } from "node:async_hooks"
import { putWorldInSlot, type StickyScope, type StickyWorld, worldInSlot } from "../core/scope.js"
import { rawFile } from "./raw-file.js"

interface ServerWorld extends StickyWorld {
  /** Opens a scope for as long as the work takes, and not for what it leaves running behind it. */
  run<T>(scope: StickyScope, work: () => Promise<T>): Promise<T>
}

/** The one world of this process, made on first use: every copy of this package finds the same scope in it. */
export function serverWorld(): ServerWorld {
  const known = worldInSlot()
  if (known) return known as ServerWorld
  const calls = new AsyncLocalStorage<{ scope: StickyScope | undefined }>()
  const world: ServerWorld = {
    current: () => calls.getStore()?.scope,
    receive: (file, limits) => rawFile(file, limits),
    async run(scope, work) {
      const call: { scope: StickyScope | undefined } = { scope }
      try {
        return await calls.run(call, work)
      } finally {
        call.scope = undefined
      }
    },
  }
  putWorldInSlot(world)
  return world
}
