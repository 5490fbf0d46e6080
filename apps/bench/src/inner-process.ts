import type { Amounts } from "./options.js"
import type { Row } from "./rows.js"
import { serveParent } from "./serve-parent.js"

export interface InsideQuestion {
  amounts: Amounts
  /** An empty one to work in. */
  directory: string
}

/** Measures, and says the rows. */
export type Inside = (question: InsideQuestion) => Promise<Row[]>

const insides: Record<string, () => Promise<Inside>> = {
  tokens: async () => (await import("./inside/tokens.js")).tokens,
  parse: async () => (await import("./inside/parse.js")).parse,
  sweep: async () => (await import("./inside/sweep.js")).sweep,
  sizes: async () => (await import("./inside/sizes.js")).sizes,
}

const measure = insides[process.argv[2] ?? ""]
serveParent<InsideQuestion>(async (question) => (await measure?.())?.(question))
