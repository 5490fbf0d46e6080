import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import * as esbuild from "esbuild"
import { describe, expect, it } from "vitest"
import { describePackedPackage } from "../../sticky-uploads/test/support/packed-package.js"

/** What the hook adds to a page that has React and the client: the field's attributes, and what React is told of. */
const maxHookBytes = 1_200
/** What the field adds to that: its markup, its words, and 160 bytes of them how a size is written. */
const maxFieldBytes = 720

const packageUrl = new URL("..", import.meta.url)

describePackedPackage(packageUrl, "tsconfig.client.json", ["react", "react/jsx-runtime", "sticky-uploads"])

describe("a page that has React and the client", () => {
  async function zippedBytes(...doors: string[]): Promise<number> {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: doors.map((door) => `export ${door}`).join("\n"), resolveDir: fileURLToPath(packageUrl) },
      external: ["react", "react/jsx-runtime"],
      bundle: true,
      minify: true,
      format: "esm",
      jsx: "automatic",
      conditions: ["@sticky-uploads/source", "browser"],
      write: false,
    })
    const [{ contents } = { contents: "" }] = outputFiles
    return gzipSync(contents, { level: 9 }).length
  }

  it("gets little more by the hook, and by the field", async () => {
    const client = `* from "sticky-uploads/client"`
    const hook = `{ useStickyUpload } from "@sticky-uploads/react"`
    const field = `{ StickyField } from "@sticky-uploads/react"`
    const [without, withHook, withField] = [
      await zippedBytes(client),
      await zippedBytes(client, hook),
      await zippedBytes(client, hook, field),
    ]
    expect(withHook - without, "the hook").toBeLessThanOrEqual(maxHookBytes)
    expect(withField - withHook, "the field").toBeLessThanOrEqual(maxFieldBytes)
  })
})
