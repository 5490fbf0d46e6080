/**
 * Reads a count from the command line.
 * @throws TypeError for what is no whole number of 1 or more.
 */
export function whole(option: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new TypeError(`--${option} is ${given}; give a whole number of 1 or more`)
}
