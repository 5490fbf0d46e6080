// The sixth does not make one upload faster.
const mostParts = 5
const allParts = 40

/** What one upload may hold in memory, as long as it is under way. */
export interface Share {
  /** How many parts, the one that is gathered among them; fewer while there are many uploads. */
  parts(): number
  /** The upload is over. */
  giveBack(): void
}

/**
 * Divides a storage's memory among its uploads of parts: few of them hold five parts each, and many together forty, but for
 * the one that each of them gathers and sends in turn (P7).
 */
export function createShares(): () => Share {
  let uploads = 0
  return () => {
    uploads += 1
    return {
      parts: () => Math.max(1, Math.min(mostParts, Math.floor(allParts / uploads))),
      giveBack() {
        uploads -= 1
      },
    }
  }
}
