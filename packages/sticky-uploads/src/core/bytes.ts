const units = ["bytes", "kB", "MB", "GB", "TB"] as const

/** Writes a size for people, in the decimal units of file managers: `7.2 MB`, `5 MB`, `1 byte`. */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return "1 byte"
  let value = bytes
  let unit = 0
  // 999,950 bytes would round to "1000 kB": step up once rounding reaches the next unit.
  for (; value >= 999.95 && unit < units.length - 1; unit += 1) value /= 1000
  return `${Math.round(value * 10) / 10} ${units[unit]}`
}
