import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { repository } from "../../../sticky-uploads/test/support/documents.js"

interface Manifest {
  version?: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

export const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

/** The packages that something depends on, with their versions. */
export const dependenciesOf = ({ dependencies, devDependencies }: Manifest): Record<string, string> => ({
  ...dependencies,
  ...devDependencies,
})

/** The version of a package that this repository itself is made and tested with; undefined where it has none. */
export function installedVersion(name: string): string | undefined {
  const folder = join(repository, "node_modules", name)
  return existsSync(join(folder, "package.json")) ? readManifest(folder).version : undefined
}
