import { redacted } from "./redacted.js"

/** Is told an error. */
type Report = (error: unknown) => unknown

/** What becomes of errors where nobody wants to be told. */
export const printed: Report = (error) => console.error("sticky-uploads:", redacted(error))

/** Tells all of them. One that fails itself, now or later, must not end a request, let alone the process. */
export function createReport(reports: readonly Report[]): (error: unknown) => void {
  async function tell(report: Report, error: unknown): Promise<void> {
    try {
      await report(error)
    } catch (worse) {
      console.error("sticky-uploads: onError failed", redacted(worse), "while it was told of", redacted(error))
    }
  }
  return (error) => {
    for (const report of reports) void tell(report, error)
  }
}
