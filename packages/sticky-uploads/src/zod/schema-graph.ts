import type { ResolvedLimits } from "../core/limits.js"

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
  checks?: readonly unknown[]
}

export interface Node {
  // `innerType` is what a lazy schema parses with; asked again, its getter could make another.
  _zod: { def: Def; traits: ReadonlySet<string>; innerType?: unknown }
}

/** A way from a schema to one inside it, and what it adds to the path. */
export interface Step {
  to: Node
  part?: string | number
}

export const isNode = (value: unknown): value is Node =>
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
export const maxSteps = 10_000

/** Every schema inside one, with its steps. @throws TypeError when they do not end. */
export function nodesOf(root: Node): Map<Node, Step[]> {
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

export const isFileNode = ({ _zod: { def, traits } }: Node) => traits.has("ZodStickyFile") && def.limits !== undefined

/** The schemas that have a sticky file somewhere inside. */
export function holdersOf(nodes: Map<Node, Step[]>): Set<Node> {
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
