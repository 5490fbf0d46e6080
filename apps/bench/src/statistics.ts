/** The middle of some numbers, or the mean of the two in the middle. @throws RangeError when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (upper === undefined || lower === undefined) throw new RangeError("there is no median of nothing")
  return (lower + upper) / 2
}

/**
 * The median of the ratios of values that were measured one after the other, round by round: what slowed the machine
 * for a while slowed both of a pair. Rounds that either of them lacks are left out.
 */
export function medianRatio(
  values: readonly (number | undefined)[],
  references: readonly (number | undefined)[],
): number | undefined {
  const ratios = values.flatMap((value, round) => {
    const reference = references[round]
    return value === undefined || !reference ? [] : [value / reference]
  })
  return ratios.length > 0 ? median(ratios) : undefined
}

/** The values in turn, beginning with another one each round, so that none always comes first. */
export function rotated<T>(values: readonly T[], round: number): T[] {
  const from = values.length === 0 ? 0 : round % values.length
  return [...values.slice(from), ...values.slice(0, from)]
}
