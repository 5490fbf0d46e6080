import type { ResolvedLimits } from "../core/limits.js"
import type { FieldPath } from "../core/target.js"

/** A sticky file somewhere in a schema. */
export interface Leaf {
  /** Where it stands; `"*"` for any index or key. */
  path: FieldPath
  /** The schema node itself: what a scope is asked about while it parses. */
  node: object
  limits: ResolvedLimits
  /** Whether the schema takes the input without it. */
  optional: boolean
}

/** What the server needs to know of a schema: its sticky files, and where arrays stand, so that a form can be shaped. */
export interface SchemaMap {
  leaves: readonly Leaf[]
  arrays: readonly FieldPath[]
}

// The parts of a Zod definition that lead on. Read structurally, so that walking needs no copy of Zod.
interface Def {
  type: string
  shape?: Record<string, unknown>
  element?: unknown
  items?: readonly unknown[]
  rest?: unknown
  valueType?: unknown
  options?: readonly unknown[]
  left?: unknown
  right?: unknown
  innerType?: unknown
  getter?: () => unknown
  in?: unknown
  out?: unknown
  limits?: ResolvedLimits
}

interface Node {
  _zod: { def: Def; traits: ReadonlySet<string> }
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "_zod" in value && typeof value._zod === "object"

const givesUndefined = new Set(["optional", "nullable", "default", "prefault", "catch"])

/**
 * Finds every sticky file of a schema with its path. A schema that contains itself is followed once: a file below its
 * own repetition has no target.
 */
export function walkSchema(schema: unknown): SchemaMap {
  const leaves: Leaf[] = []
  const arrays: FieldPath[] = []
  const above = new Set<object>()

  function visit(node: unknown, path: FieldPath, optional: boolean): void {
    if (!isNode(node) || above.has(node)) return
    const { def, traits } = node._zod
    if (traits.has("ZodStickyFile") && def.limits) {
      leaves.push({ path, node, limits: def.limits, optional })
      return
    }
    above.add(node)
    for (const [key, field] of Object.entries(def.shape ?? {})) visit(field, [...path, key], false)
    if (def.type === "array") arrays.push(path)
    if (def.element !== undefined) visit(def.element, [...path, "*"], false)
    for (const [at, item] of def.items?.entries() ?? []) visit(item, [...path, at], false)
    for (const each of [def.rest, def.valueType]) visit(each, [...path, "*"], false)
    const inner = optional || givesUndefined.has(def.type)
    for (const option of def.options ?? []) visit(option, path, inner)
    for (const next of [def.left, def.right, def.innerType, def.in, def.out]) visit(next, path, inner)
    if (def.type === "lazy") visit(def.getter?.(), path, inner)
    above.delete(node)
  }

  visit(schema, [], false)
  return { leaves, arrays }
}
