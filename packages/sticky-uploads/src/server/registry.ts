import type { ResolvedLimits } from "../core/limits.js"
import { matchesPattern, targetOf } from "../core/target.js"
import { type Leaf, type SchemaMap, walkSchema } from "../zod/targets.js"

/** What is read of a tRPC router; any object of this shape will do. */
export interface RouterLike {
  _def: { procedures: Record<string, unknown> }
}

/** Named schemas, for apps without tRPC: the name takes a procedure's place in the target. */
export type Schemas = Readonly<Record<string, unknown>>

/** One field that takes uploads. */
export interface Target {
  target: string
  procedure: string
  leaves: readonly Leaf[]
  /** Several when the field is a union of sticky files. */
  limits: readonly ResolvedLimits[]
}

/** The fields of one procedure. */
export interface Fields extends SchemaMap {
  /** Its input schemas, in the order in which they parse. */
  schemas: readonly unknown[]
  targets: readonly Target[]
  /** The targets that each schema node stands for: more than one where a schema is used twice. */
  targetsOf: ReadonlyMap<object, ReadonlySet<string>>
}

export interface Registry {
  register(source: RouterLike | Schemas): void
  target(name: string): Target | undefined
  fields(procedure: string): Fields | undefined
  targets(): Iterable<Target>
  /** Bytes of the largest file that any field takes. */
  largestBytes(): number
}

interface ProcedureDef {
  inputs?: readonly unknown[]
  /** Functions; `stickyMiddleware` marks its own. */
  middlewares?: readonly { sticky?: { name: string | undefined } }[]
}

const defOf = (procedure: unknown) => (procedure as { _def?: ProcedureDef } | undefined)?._def ?? {}

/** Whether only stickies of other names have their middleware in a procedure: its files are theirs to take. */
function isForeign(procedure: unknown, name: string | undefined): boolean {
  const owners = (defOf(procedure).middlewares ?? []).flatMap(({ sticky }) => sticky ?? [])
  return owners.length > 0 && owners.every((owner) => owner.name !== name)
}

/**
 * Knows every target of the routers and schemas it was given. Walks each once.
 * @param name of the sticky; procedures with the middleware of another are left out.
 */
export function createRegistry(name?: string): Registry {
  const seen = new WeakSet<object>()
  const targets = new Map<string, Target>()
  const procedures = new Map<string, Fields>()
  let largestBytes = 0

  function add(procedure: string, schemas: readonly unknown[]): void {
    const maps = schemas.map(walkSchema)
    const leaves = maps.flatMap((map) => map.leaves)
    const targetsOf = new Map<object, Set<string>>()
    for (const leaf of leaves) {
      const target = targetOf(procedure, leaf.path)
      const same = targetsOf.get(leaf.node) ?? new Set()
      targetsOf.set(leaf.node, same.add(target))
      const known = targets.get(target)?.leaves ?? []
      const all = [...known, leaf]
      largestBytes = Math.max(largestBytes, leaf.limits.maxBytes)
      targets.set(target, { target, procedure, leaves: all, limits: all.map((each) => each.limits) })
    }
    const own = [...targetsOf.values()].flatMap((names) => [...names])
    procedures.set(procedure, {
      schemas,
      leaves,
      arrays: maps.flatMap((map) => map.arrays),
      targets: [...new Set(own)].map((name) => targets.get(name) as Target),
      targetsOf,
    })
  }

  /** A path with the very key of a record or index of an array, as a browser may know it, means the pattern's target. */
  function byPath(name: string): Target | undefined {
    const slash = name.indexOf("/")
    const path = name.slice(slash + 1).split(".")
    const leaf = procedures.get(name.slice(0, slash))?.leaves.find((each) => matchesPattern(path, each.path))
    return leaf && targets.get(targetOf(name.slice(0, slash), leaf.path))
  }

  return {
    register(source) {
      if (seen.has(source)) return
      const isRouter = "_def" in source && typeof source._def === "object"
      const entries = isRouter
        ? Object.entries((source as RouterLike)._def.procedures)
            .filter(([, each]) => !isForeign(each, name))
            .map(([path, each]) => [path, defOf(each).inputs ?? []] as const)
        : Object.entries(source).map(([name, schema]) => [name, [schema]] as const)
      // All are looked at before any is taken.
      const twice = entries.find(([procedure]) => procedures.has(procedure))
      if (twice) throw new TypeError(`sticky-uploads: "${twice[0]}" is registered twice`)
      for (const [procedure, schemas] of entries) add(procedure, schemas)
      seen.add(source)
    },
    target: (name) => targets.get(name) ?? byPath(name),
    fields: (procedure) => procedures.get(procedure),
    targets: () => targets.values(),
    largestBytes: () => largestBytes,
  }
}
