import { AsyncLocalStorage } from "node:async_hooks"
import { putWorldInSlot, type StickyScope, type StickyWorld, worldInSlot } from "../core/scope.js"
import { rawFile } from "./raw-file.js"

interface ServerWorld extends StickyWorld {
  run<T>(scope: StickyScope, work: () => T): T
}

/** The one world of this process, made on first use: every copy of this package finds the same scope in it. */
export function serverWorld(): ServerWorld {
  const known = worldInSlot()
  if (known) return known as ServerWorld
  const calls = new AsyncLocalStorage<StickyScope>()
  const world: ServerWorld = {
    current: () => calls.getStore(),
    receive: (file, limits) => rawFile(file, limits),
    run: (scope, work) => calls.run(scope, work),
  }
  putWorldInSlot(world)
  return world
}
