/** Gives processes that are started anew one by one their secrets, a step of a rotation at a time. */
export interface Rotation {
  /** The secrets that a process is to start with now, which is a step on wherever the others and the tokens allow it. */
  next(process: string): readonly string[]
  /** How many secrets have been taken out. */
  readonly rotations: number
}

const secret = (number: number) => `secret ${number} of an app with several processes`

/** What a process has after so many steps: the new secret behind the old one, before it, alone. */
function secretsAfter(steps: number): string[] {
  const old = secret(Math.floor(steps / 3))
  const fresh = secret(Math.floor(steps / 3) + 1)
  return [[old], [old, fresh], [fresh, old]][steps % 3] as string[]
}

/** @param lifeMs how long a token may be about that was signed with a secret which signs no more. */
export function createRotation(
  processes: readonly string[],
  lifeMs: number,
  now: () => number = () => performance.now(),
): Rotation {
  const stepsOf = new Map(processes.map((process) => [process, 0]))
  const slowest = () => Math.min(...stepsOf.values())
  // Of the process that came last to the step after which none signs with the old secret.
  let swappedAt = Number.POSITIVE_INFINITY

  return {
    next(process) {
      const steps = stepsOf.get(process) ?? 0
      const isAhead = steps > slowest()
      const takesOut = steps % 3 === 2
      if (isAhead || (takesOut && now() - swappedAt < lifeMs)) return secretsAfter(steps)
      stepsOf.set(process, steps + 1)
      if (slowest() % 3 === 2 && !takesOut) swappedAt = now()
      return secretsAfter(steps + 1)
    },
    get rotations() {
      return Math.floor(slowest() / 3)
    },
  }
}
