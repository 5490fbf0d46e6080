/** Writes counts under each other, for a terminal. */
export function table(lines: readonly (readonly [what: string, count: number])[]): string {
  const wide = Math.max(...lines.map(([what]) => what.length))
  return lines.map(([what, count]) => `${what.padEnd(wide)}  ${String(count).padStart(7)}`).join("\n")
}
