/** What stands behind the first slash of a path; empty where it is no text. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path.slice(1))
  } catch {
    return ""
  }
}
