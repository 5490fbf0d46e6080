import { TRPCClientError } from "@trpc/client"

/** Reads what the server refused, by the fields' names; throws anything else again. */
export function issuesOf(error: unknown): Record<string, { message: string }> {
  if (!(error instanceof TRPCClientError) || error.data?.code !== "BAD_REQUEST") throw error
  const issues: { path: (string | number)[]; message: string }[] = JSON.parse(error.message)
  return Object.fromEntries(issues.map(({ path, message }) => [path.join("."), { message }]))
}
