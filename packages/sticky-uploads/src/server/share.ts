// What one gathered write gains from: with half of it a large file is a tenth slower.
const mostBytes = 1_048_576
const allBytes = 8 * mostBytes
// A chunk as it comes from the socket.
const leastBytes = 65_536

/** What one upload may hold in memory, as long as it is under way. */
export interface Share {
  /** Bytes; fewer while many are under way. */
  bytes(): number
  giveBack(): void
}

/**
 * Makes a place on the way of the bytes where uploads may wait: few of them hold a mebibyte each, and many so much less
 * that a slow disk under hundreds of uploads does not fill the memory (P7).
 */
export function createShares(): () => Share {
  const taken = new Set<Share>()
  return () => {
    const share: Share = {
      bytes: () => Math.max(leastBytes, Math.min(mostBytes, Math.floor(allBytes / taken.size))),
      giveBack: () => void taken.delete(share),
    }
    taken.add(share)
    return share
  }
}
