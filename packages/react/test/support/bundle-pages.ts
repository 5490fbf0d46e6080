import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"

export type ReactVersion = 18 | 19

const here = fileURLToPath(new URL(".", import.meta.url))
const modules = fileURLToPath(new URL("../../../../apps/react-18/node_modules", import.meta.url))
const react18 = { react: `${modules}/react`, "react-dom": `${modules}/react-dom` }

/** Bundles the pages of these tests with a version of React, as while one develops: it then says what it does not like. */
export async function bundlePages(version: ReactVersion, entry: "browser" | "server"): Promise<string> {
  const isForBrowser = entry === "browser"
  const { outputFiles } = await esbuild.build({
    entryPoints: [`${here}/${entry}.tsx`],
    outfile: `${here}/${entry}.js`,
    bundle: true,
    write: false,
    jsx: "automatic",
    format: isForBrowser ? "esm" : "cjs",
    platform: isForBrowser ? "browser" : "node",
    // For who counts what runs: it is most of the bytes.
    sourcemap: isForBrowser && process.env.BROWSER_COVERAGE ? "inline" : false,
    alias: version === 18 ? react18 : {},
    conditions: ["@sticky-uploads/source"],
    define: { "process.env.NODE_ENV": '"development"' },
  })
  return (outputFiles[0] as esbuild.OutputFile).text
}
