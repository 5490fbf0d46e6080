import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { codeBlocks } from "../../../packages/sticky-uploads/test/support/code-blocks.js"
import { readDocument, repository } from "../../../packages/sticky-uploads/test/support/documents.js"

const { path, text } = readDocument("apps/docs/guide/nextjs.md")

/** Those of the template are compiled with all the rest, and run by `npm run strangers`. */
const template = (file: string) =>
  readFileSync(join(repository, "packages/create-sticky-uploads/templates/next", file), "utf8")

describe("the guide's page about Next.js", () => {
  const blocks = codeBlocks(path, text)

  it("shows files", () => expect(blocks.length).toBeGreaterThan(8))

  it.each(blocks)("shows at $at the template's $file as it is", ({ file, code }) => {
    expect(code).toBe(`// file: ${file}\n${template(file)}`)
  })
})
