import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import * as esbuild from "esbuild"
import { describe, expect, it } from "vitest"
import { describePackedPackage } from "../../sticky-uploads/test/support/packed-package.js"

/** What a page with React and the client gets by all that one file needs: the hook, and the field drawn with it. */
const maxBytes = 1_500
/** Of these the hook: the field's attributes, and what React is told of. */
const maxHookBytes = 960
/** What the hook for several files adds to both: half of it order and removal, which are pieces of the view. */
const maxManyBytes = 350

const packageUrl = new URL("..", import.meta.url)

describePackedPackage(packageUrl, "tsconfig.client.json", [
  "react",
  "react/jsx-runtime",
  "sticky-uploads",
  "sticky-uploads/client",
  "sticky-uploads/view",
])

describe("a page that has React and the client", () => {
  // Bundled as such a page is: where React is left out, its import statements would weigh, and its words would not be shared.
  async function zippedBytes(...doors: string[]): Promise<number> {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: doors.map((door) => `export ${door}`).join("\n"), resolveDir: fileURLToPath(packageUrl) },
      bundle: true,
      minify: true,
      format: "esm",
      jsx: "automatic",
      define: { "process.env.NODE_ENV": `"production"` },
      conditions: ["@sticky-uploads/source", "browser"],
      write: false,
    })
    const [{ contents } = { contents: "" }] = outputFiles
    return gzipSync(contents, { level: 9 }).length
  }

  it("gets at most 1.5 kB more by the hook and the field, and little by the hook for several files", async () => {
    const page = [
      `* from "sticky-uploads/client"`,
      `{ createRoot } from "react-dom/client"`,
      `{ jsx, jsxs } from "react/jsx-runtime"`,
      `{ useCallback, useEffect, useId, useState, useSyncExternalStore } from "react"`,
    ]
    const of = (...names: string[]) => zippedBytes(...page, `{ ${names} } from "@sticky-uploads/react"`)
    const [without, withHook, withField, withBoth] = [
      await zippedBytes(...page),
      await of("useStickyUpload"),
      await of("useStickyUpload", "StickyField"),
      await of("useStickyUpload", "StickyField", "useStickyUploads"),
    ]
    expect(withHook - without, "the hook").toBeLessThanOrEqual(maxHookBytes)
    expect(withField - without, "the hook and the field").toBeLessThanOrEqual(maxBytes)
    expect(withBoth - withField, "the hook for several files").toBeLessThanOrEqual(maxManyBytes)
  })
})
