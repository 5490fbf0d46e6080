/** What brings bytes, and can be told to wait. */
interface Source {
  pause(): unknown
  resume(): unknown
}

export interface Flow {
  /** The reader keeps up, or is behind. */
  want(open: boolean): void
  /** So many bytes have come. */
  took(bytes: number): void
  /** Nothing more is taken, whatever was asked before. */
  stop(): void
  /** The source is at its end, or was stopped. */
  giveBack(): void
}

/** From a fast socket Node reads up to two mebibytes at a time, and everybody else waits. */
const turnBytes = 131_072

/**
 * Makes what lets a source send while its reader keeps up and, after each bit, lets the loop turn to everybody else. Of many
 * sources each rests less often: there the loop turns from one to the next anyway.
 */
export function createFlows(): (source: Source) => Flow {
  const flows = new Set<Flow>()
  return (source) => {
    const flow = createFlow(
      source,
      () => turnBytes * flows.size,
      () => flows.delete(flow),
    )
    flows.add(flow)
    return flow
  }
}

function createFlow(source: Source, bitBytes: () => number, giveBack: () => void): Flow {
  let isOpen = true
  let isResting = false
  let isOver = false
  let taken = 0

  function rest(): void {
    isResting = true
    source.pause()
    setImmediate(() => {
      isResting = false
      if (isOpen && !isOver) source.resume()
    })
  }

  return {
    want(open) {
      isOpen = open
      if (!open) source.pause()
      else if (!isResting && !isOver) source.resume()
    },
    took(bytes) {
      taken += bytes
      if (taken < bitBytes()) return
      taken = 0
      if (!isResting) rest()
    },
    stop() {
      isOver = true
      source.pause()
    },
    giveBack,
  }
}
