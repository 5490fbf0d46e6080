const units = ["bytes", "kB", "MB", "GB", "TB"] as const

/**
 * Writes a size for people, in the decimal units of file managers: `7.2 MB`, `5 MB`, `1 byte`. To the byte where it
 * stands beside another size that reads the same.
 */
export function formatBytes(bytes: number, beside = bytes): string {
  if (bytes === 1) return "1 byte"
  if (bytes !== beside && formatBytes(bytes) === formatBytes(beside)) return `${bytes} bytes`
  let value = bytes
  let unit = 0
  // 999,950 bytes would round to "1000 kB": step up once rounding reaches the next unit.
  for (; value >= 999.95 && unit < units.length - 1; unit += 1) value /= 1000
  return `${Math.round(value * 10) / 10} ${units[unit]}`
}
