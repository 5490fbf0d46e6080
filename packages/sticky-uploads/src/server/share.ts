// What one gathered write gains from: with half of it a large file is a tenth slower.
const mostBytes = 1_048_576
const allBytes = 8 * mostBytes
// A chunk as it comes from the socket.
const leastBytes = 65_536

/** What one upload may hold in memory, as long as it is under way. */
export interface Share {
  /** Takes how many bytes it holds by now, and gives how many it may; fewer while many hold much. */
  bytes(heldBytes: number): number
  /** The upload is over, whatever it may still be asked. */
  giveBack(): void
}

/**
 * Makes a place on the way of the bytes where uploads may wait: few of them hold a mebibyte each, and many so much less
 * that a slow disk under hundreds of uploads does not fill the memory (P7). One that holds less than everybody may takes
 * no share: a thousand that get a byte a second leave the good one beside them its mebibyte.
 */
export function createShares(): () => Share {
  const taken = new Set<Share>()
  return () => {
    let isOver = false
    const share: Share = {
      bytes(heldBytes) {
        if (isOver || heldBytes < leastBytes) taken.delete(share)
        else taken.add(share)
        return Math.max(leastBytes, Math.min(mostBytes, Math.floor(allBytes / taken.size)))
      },
      giveBack() {
        isOver = true
        taken.delete(share)
      },
    }
    return share
  }
}
