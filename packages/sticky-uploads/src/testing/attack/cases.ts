import type { AttackCase } from "./case.js"
import { bodies } from "./cases/bodies.js"
import { fields } from "./cases/fields.js"
import { endless } from "./cases/floods.js"
import { framing } from "./cases/framing.js"
import { heads } from "./cases/heads.js"
import { leaving } from "./cases/leaving.js"
import { longBodies } from "./cases/long-bodies.js"
import { names } from "./cases/names.js"
import { requests } from "./cases/requests.js"
import { slowOnes } from "./cases/slow.js"
import { types } from "./cases/types.js"

/** Cases that are about one thing. */
interface Group {
  group: string
  cases: readonly AttackCase[]
}

/** The corpus, in the order in which it is tried: one case after the other. */
export const groups: readonly Group[] = [
  { group: "where a request ends", cases: framing },
  { group: "what a request says", cases: requests },
  { group: "broken bodies", cases: bodies },
  { group: "heads of parts", cases: heads },
  { group: "names of fields", cases: fields },
  { group: "names of files", cases: names },
  { group: "what a file is", cases: types },
  { group: "clients that leave", cases: leaving },
  { group: "bodies without an end", cases: endless },
  { group: "bytes that are slow to read", cases: longBodies },
]

/** These are tried all at once: each only waits. */
export const slowClients: Group = { group: "slow clients", cases: slowOnes }
