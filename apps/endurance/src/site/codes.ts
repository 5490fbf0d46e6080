/** Names what is wrong with an input, from the cause of the error that a procedure was refused with. */
export function codesOf(cause: unknown): string[] {
  const { issues = [] } = (cause ?? {}) as { issues?: { code: string; params?: { code?: string } }[] }
  return issues.map(({ code, params }) => params?.code ?? code)
}
