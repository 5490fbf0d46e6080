import { cpus, release, totalmem, type } from "node:os"

/** What was measured on: numbers of another machine are other numbers. */
export function machine(): string {
  const cores = cpus()
  const memory = (totalmem() / 2 ** 30).toFixed(0)
  const processors = `${cores.length} × ${cores[0]?.model.trim() ?? "unknown processor"}`
  return `Node ${process.version}, ${type()} ${release()}, ${processors}, ${memory} GiB of memory, ${new Date().toISOString().slice(0, 10)}`
}
