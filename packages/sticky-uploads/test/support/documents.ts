import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const repository = fileURLToPath(new URL("../../../..", import.meta.url))

export interface Document {
  /** Its path under the repository. */
  readonly path: string
  readonly text: string
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(repository, path), "utf8") }
}

/** What people read: every README, the guide, and how to contribute. */
export function readDocuments(): Document[] {
  const guide = readdirSync(join(repository, "apps/docs/guide")).filter((name) => name.endsWith(".md"))
  return [
    "README.md",
    "CONTRIBUTING.md",
    "packages/sticky-uploads/README.md",
    "packages/s3/README.md",
    "packages/react/README.md",
    "packages/create-sticky-uploads/README.md",
    "apps/example/README.md",
    "apps/docs/index.md",
    ...guide.map((name) => `apps/docs/guide/${name}`),
  ].map(readDocument)
}
