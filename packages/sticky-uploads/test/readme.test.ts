import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, it } from "vitest"
import { type CodeBlock, checkBlocks, codeBlocks } from "./support/code-blocks.js"

const repository = fileURLToPath(new URL("../../..", import.meta.url))

const guide = join(repository, "apps/docs")
const pages = existsSync(guide) ? readdirSync(guide, { recursive: true, encoding: "utf8" }) : []
const documents = [
  "README.md",
  "packages/sticky-uploads/README.md",
  ...pages.filter((page) => /^(?!.*\b(node_modules|decisions)\/).*\.md$/.test(page)).map((page) => `apps/docs/${page}`),
]
  .filter((document) => existsSync(join(repository, document)))
  .map((document) => codeBlocks(document, readFileSync(join(repository, document), "utf8")))

describe("the code in the documents", () => {
  let complaints: Map<CodeBlock, string[]>
  beforeAll(() => {
    complaints = checkBlocks(repository, documents)
  }, 120_000)

  for (const block of documents.flat()) {
    it(`${block.at} (${block.file}) compiles`, () => expect(complaints.get(block)).toEqual([]))
  }
})

describe("checkBlocks", () => {
  const page = `
\`\`\`ts
// file: shared/limits.ts
export const maxBytes: number = 5
\`\`\`
Then
\`\`\`ts
import { maxBytes } from "./shared/limits.js"
import { readFile } from "node:fs/promises"
const name: string = maxBytes
\`\`\`
<!--
\`\`\`js
import { minBytes } from "./shared/limits.js"
\`\`\`
-->
`

  it("reports the block that does not compile, and reads the files blocks share", () => {
    const blocks = codeBlocks("page.md", page)
    const complaints = checkBlocks(repository, [blocks])
    expect(blocks.map(({ at, file }) => ({ at, file }))).toEqual([
      { at: "page.md:2", file: "shared/limits.ts" },
      { at: "page.md:7", file: "block-2.ts" },
      { at: "page.md:13", file: "block-3.js" },
    ])
    expect([...complaints.values()]).toEqual([
      [],
      ["Type 'number' is not assignable to type 'string'."],
      [`Module '"./shared/limits.js"' has no exported member 'minBytes'.`],
    ])
  }, 60_000)
})
