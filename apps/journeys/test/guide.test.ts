import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { codeBlocks } from "../../../packages/sticky-uploads/test/support/code-blocks.js"
import { readDocument } from "../../../packages/sticky-uploads/test/support/documents.js"

const pages = ["react-hook-form", "tanstack-form", "conform"]

describe("the guide's page of a form library", () => {
  it.each(pages)("shows the form that the journey goes through: %s", (page) => {
    const { path, text } = readDocument(`apps/docs/guide/${page}.md`)
    // Of the server a page has the router's type alone.
    const named = codeBlocks(path, text).filter(({ code, file }) => code.startsWith("// file:") && file !== "server.ts")
    expect(named.map(({ file }) => file)).toContain(`${page}/submission-form.tsx`)
    for (const { file, code } of named) {
      const source = readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8")
      expect(`// file: ${file}\n${source}`, file).toBe(code)
    }
  })
})
