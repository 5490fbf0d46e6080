/** `7.2 MB`, `12 bytes`. */
export function size(bytes: number): string {
  const units = [
    ["gigabyte", 1_000_000_000],
    ["megabyte", 1_000_000],
    ["kilobyte", 1_000],
  ] as const
  const [unit, divisor] = units.find(([, least]) => bytes >= least) ?? (["byte", 1] as const)
  const unitDisplay = unit === "byte" ? "long" : "short"
  return new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay, maximumFractionDigits: 1 }).format(
    bytes / divisor,
  )
}

/** `2026-11-23 05:11 UTC`. */
export const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`
