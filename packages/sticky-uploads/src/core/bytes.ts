const units = ["bytes", "kB", "MB", "GB", "TB"] as const

const inEnglish = (value: number, power: number) => (value === 1 && !power ? "1 byte" : `${value} ${units[power]}`)

/**
 * Writes a size for people, in the decimal units of file managers: `7.2 MB`, `5 MB`, `1 byte`. To the byte where it
 * stands beside another size that reads the same.
 * @param write Says a value of at most one decimal and the power of a thousand it counts: 0 bytes, 2 MB. @default English
 */
export function formatBytes(bytes: number, beside = bytes, write = inEnglish): string {
  const read = (size: number) => formatBytes(size, size, write)
  if (bytes !== beside && read(bytes) === read(beside)) return write(bytes, 0)
  let value = bytes
  let power = 0
  // 999,950 bytes would round to "1000 kB": step up once rounding reaches the next unit.
  for (; value >= 999.95 && power < units.length - 1; power += 1) value /= 1000
  return write(Math.round(value * 10) / 10, power)
}
