import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll } from "vitest"
import { codeBlocks } from "./code-blocks.js"
import { type Document, repository } from "./documents.js"

/** Makes the blocks of a document modules, as they stand, that a test imports by their names. They go with the test file. */
export function importBlocks({ path, text }: Document): (file: string) => Promise<any> {
  const directory = mkdtempSync(join(tmpdir(), "sticky-blocks-"))
  afterAll(() => rmSync(directory, { recursive: true }))
  symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"))
  for (const { file, code } of codeBlocks(path, text)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    writeFileSync(join(directory, file), code)
  }
  return (file) => import(/* @vite-ignore */ join(directory, file))
}
