import type { CountLimits, ResolvedLimits } from "../core/limits.js"
import type { FieldPath } from "../core/target.js"
import { countsOf } from "./counts.js"
import { holdersOf, isFileNode, isNode, maxSteps, type Node, nodesOf, type Step } from "./schema-graph.js"

/** A sticky file somewhere in a schema. */
export interface Leaf {
  /** Where it stands; `"*"` for any index or key. */
  path: FieldPath
  /** The schema node itself: what a scope is asked about while it parses. */
  node: object
  limits: ResolvedLimits
  /** Those of the array whose entry it is. */
  counts: CountLimits
  /** Whether the schema takes the input without it. */
  optional: boolean
}

/** What the server needs to know of a schema: its sticky files, and where arrays stand, so that a form can be shaped. */
export interface SchemaMap {
  leaves: readonly Leaf[]
  arrays: readonly ArrayPlace[]
}

/** An array somewhere in a schema. */
interface ArrayPlace {
  path: FieldPath
  /** Whether the schema takes the input without it. */
  optional: boolean
}

const givesUndefined = new Set(["optional", "nullable", "default", "prefault", "catch"])

/** Whether a wrapper takes the input without what it wraps; `undefined` where it does not speak of that. */
function saysOf({ _zod: { def } }: Node): boolean | undefined {
  return givesUndefined.has(def.type) ? true : def.type === "nonoptional" ? false : undefined
}

/** Where arrays stand: the nearest first, and of a schema that contains itself in many ways no more than a form has. */
function arraysOf(root: Node, nodes: Map<Node, Step[]>): ArrayPlace[] {
  interface Visit {
    node: Node
    path: FieldPath
    optional: boolean | undefined
    above: Visit | undefined
  }
  const arrays: ArrayPlace[] = []
  const visits: Visit[] = [{ node: root, path: [], optional: undefined, above: undefined }]
  for (const visit of visits) {
    const { node, path, optional } = visit
    if (node._zod.def.type === "array") arrays.push({ path, optional: optional ?? false })
    for (const { to, part } of nodes.get(node) ?? []) {
      let at: Visit | undefined = visit
      while (at && at.node !== to) at = at.above
      if (at || visits.length === maxSteps) continue
      const inside =
        part === undefined
          ? { path, optional: optional ?? saysOf(node) }
          : { path: [...path, part], optional: undefined }
      visits.push({ node: to, ...inside, above: visit })
    }
  }
  return arrays
}

/**
 * Finds every sticky file of a schema with its path. A schema that contains itself is followed once: a file below its
 * own repetition has no target.
 * @throws TypeError when the schema has no end, or more files than anyone can mean.
 */
export function walkSchema(schema: unknown): SchemaMap {
  if (!isNode(schema)) return { leaves: [], arrays: [] }
  const nodes = nodesOf(schema)
  const holders = holdersOf(nodes)
  const leaves: Leaf[] = []
  const above = new Set<Node>()
  let steps = 0

  /**
   * @param optional what the nearest wrapper above said: `undefined` where none has spoken.
   * @param counts those of the array right above.
   */
  function visit(node: Node, path: FieldPath, optional: boolean | undefined, counts: CountLimits): void {
    if (above.has(node) || !holders.has(node)) return
    steps += 1
    if (steps > maxSteps)
      throw new TypeError("sticky-uploads: a schema contains itself in too many ways to name each of its files")
    const { def } = node._zod
    if (isFileNode(node)) {
      leaves.push({ path, node, limits: def.limits as ResolvedLimits, optional: optional ?? false, counts })
      return
    }
    const says = saysOf(node)
    above.add(node)
    for (const { to, part } of nodes.get(node) ?? []) {
      if (part === undefined) visit(to, path, optional ?? says, counts)
      else visit(to, [...path, part], undefined, countsOf(node))
    }
    above.delete(node)
  }

  visit(schema, [], undefined, {})
  return { leaves, arrays: arraysOf(schema, nodes) }
}
