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
  arrays: readonly ArrayPlace[]
}

/** An array somewhere in a schema. */
export interface ArrayPlace {
  path: FieldPath
  /** Whether the schema takes the input without it. */
  optional: boolean
}

// The parts of a Zod definition that lead on. Read structurally, so that walking needs no copy of Zod.
interface Def {
  type: string
  shape?: Record<string, unknown>
  catchall?: unknown
  element?: unknown
  items?: readonly unknown[]
  rest?: unknown
  valueType?: unknown
  options?: readonly unknown[]
  left?: unknown
  right?: unknown
  innerType?: unknown
  in?: unknown
  out?: unknown
  limits?: ResolvedLimits
}

interface Node {
  // `innerType` is what a lazy schema parses with; asked again, its getter could make another.
  _zod: { def: Def; traits: ReadonlySet<string>; innerType?: unknown }
}

/** A way from a schema to one inside it, and what it adds to the path. */
interface Step {
  to: Node
  part?: string | number
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "_zod" in value && typeof value._zod === "object"

function stepsFrom({ _zod: { def, innerType } }: Node): Step[] {
  const inside = [
    ...Object.entries(def.shape ?? {}).map(([part, to]) => ({ to, part })),
    ...(def.items ?? []).map((to, part) => ({ to, part })),
    ...[def.element, def.rest, def.valueType, def.catchall].map((to) => ({ to, part: "*" })),
  ]
  const same = [...(def.options ?? []), def.left, def.right, def.innerType, def.in, def.out]
  if (def.type === "lazy") same.push(innerType)
  return [...inside, ...same.map((to) => ({ to }))].filter((step): step is Step => isNode(step.to))
}

// Far beyond what anyone writes. Kinds that contain each other have more paths than can ever be walked.
const maxSteps = 10_000

/** Every schema inside one, with its steps. @throws TypeError when they do not end. */
function nodesOf(root: Node): Map<Node, Step[]> {
  const nodes = new Map<Node, Step[]>()
  const waiting = [root]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (nodes.has(node)) continue
    if (nodes.size === maxSteps) {
      throw new TypeError(
        `sticky-uploads: a schema has over ${maxSteps} parts; does a z.lazy() make a new one each time?`,
      )
    }
    const steps = stepsFrom(node)
    nodes.set(node, steps)
    waiting.push(...steps.map(({ to }) => to))
  }
  return nodes
}

const isFileNode = ({ _zod: { def, traits } }: Node) => traits.has("ZodStickyFile") && def.limits !== undefined

/** The schemas that have a sticky file somewhere inside. */
function holdersOf(nodes: Map<Node, Step[]>): Set<Node> {
  const users = new Map<Node, Node[]>()
  for (const [node, steps] of nodes) {
    for (const { to } of steps) {
      const known = users.get(to)
      if (known) known.push(node)
      else users.set(to, [node])
    }
  }
  const holders = new Set<Node>()
  const waiting = [...nodes.keys()].filter(isFileNode)
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (holders.has(node)) continue
    holders.add(node)
    waiting.push(...(users.get(node) ?? []))
  }
  return holders
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

  /** @param optional what the nearest wrapper above said: `undefined` where none has spoken. */
  function visit(node: Node, path: FieldPath, optional: boolean | undefined): void {
    if (above.has(node) || !holders.has(node)) return
    steps += 1
    if (steps > maxSteps)
      throw new TypeError("sticky-uploads: a schema contains itself in too many ways to name each of its files")
    const { def } = node._zod
    if (isFileNode(node)) {
      leaves.push({ path, node, limits: def.limits as ResolvedLimits, optional: optional ?? false })
      return
    }
    const says = saysOf(node)
    above.add(node)
    for (const { to, part } of nodes.get(node) ?? []) {
      if (part === undefined) visit(to, path, optional ?? says)
      else visit(to, [...path, part], undefined)
    }
    above.delete(node)
  }

  visit(schema, [], undefined)
  return { leaves, arrays: arraysOf(schema, nodes) }
}
