/** A name that npm takes for a package, as near to a folder's as it gets. */
export function packageNameOf(folder: string): string {
  const name = folder
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9._~-]+/g, "-")
    .slice(0, 214)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
  return name === "" || name === "node_modules" || name === "favicon.ico" ? "sticky-app" : name
}
