import type { AttackCame, AttackCase, Outcome } from "./case.js"
import type { AttackVerdict } from "./report.js"

/** What is said of a case. */
export interface Judgement {
  verdict: AttackVerdict
  why: string
}

const held: Judgement = { verdict: "held", why: "" }

function isExpected(came: AttackCame, expected: AttackCase["expected"]): boolean {
  if (came === "silence") return false
  if (came !== "refused") return expected.includes(came)
  return expected.some((each) => typeof each === "number" && each >= 400 && each < 500)
}

/** Judges what the client saw; what the case left behind is judged after it. */
export function judge({ expected, check }: AttackCase, { came, taken, wrong, stalls }: Outcome): Judgement {
  if (stalls !== undefined) return { verdict: "hung", why: stalls }
  if (wrong !== undefined) return { verdict: "open", why: wrong }
  if (came === "silence") return { verdict: "hung", why: "no answer" }
  if (isExpected(came, expected)) {
    const said = taken && check?.(taken)
    return said === undefined ? held : { verdict: "open", why: said }
  }
  if (came === "taken") return { verdict: "open", why: "takes it" }
  if (expected.length === 1 && expected[0] === "taken") return { verdict: "lost", why: "does not take it" }
  if (came === "closed") return { verdict: "failed", why: "closes without an answer" }
  return { verdict: "failed", why: came === "refused" ? "takes no file, and does not say why" : `answers ${came}` }
}

/** Which of two findings is told: how the case went by itself, unless it ended the endpoint or seemed to go well. */
export function worse(seen: Judgement, after: Judgement | undefined): Judgement {
  if (!after) return seen
  return seen.verdict === "held" || after.verdict === "crashed" || after.verdict === "hung" ? after : seen
}
