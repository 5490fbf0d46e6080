import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { type CodeBlock, checkBlocks, codeBlocks } from "./support/code-blocks.js"
import { readDocuments, repository } from "./support/documents.js"

// Those of Next.js are files of its template, as a test of that app shows, and are compiled as such: as a bundler finds them.
const documents = readDocuments()
  .filter(({ path }) => path !== "apps/docs/guide/nextjs.md")
  .map(({ path, text }) => codeBlocks(path, text))

describe("the links in the documents", () => {
  const links = readDocuments().flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, to = ""]) => ({ path, to })),
  )

  it("lead to files of the repository, or out of it", () => {
    expect(links.length).toBeGreaterThan(50)
    const inside = links.filter(({ to }) => !to.startsWith("https://"))
    expect(inside.filter(({ path, to }) => !existsSync(join(repository, dirname(path), to)))).toEqual([])
  })
})

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
\`\`\`tsx
import { renderToString } from "react-dom/server"
import { maxBytes } from "./shared/limits.js"
renderToString(<input type="file" data-max-bytes={maxBytes} accept={maxBytes} />)
\`\`\`
`

  it("reports the block that does not compile, and reads the files blocks share", () => {
    const blocks = codeBlocks("page.md", page)
    const complaints = checkBlocks(repository, [blocks])
    expect(blocks.map(({ at, file }) => ({ at, file }))).toEqual([
      { at: "page.md:2", file: "shared/limits.ts" },
      { at: "page.md:7", file: "block-2.ts" },
      { at: "page.md:13", file: "block-3.js" },
      { at: "page.md:17", file: "block-4.tsx" },
    ])
    expect([...complaints.values()]).toEqual([
      [],
      ["Type 'number' is not assignable to type 'string'."],
      [`Module '"./shared/limits.js"' has no exported member 'minBytes'.`],
      ["Type 'number' is not assignable to type 'string'."],
    ])
  }, 60_000)
})
