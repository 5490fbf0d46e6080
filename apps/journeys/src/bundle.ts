import { fileURLToPath } from "node:url"
import { build } from "esbuild"

// From dist too, the sources are what a browser gets.
const sources = fileURLToPath(new URL("../src", import.meta.url))

/** Builds a script for a browser, as an app would do it; its imports are relative to `src`. */
export async function bundle(script: string, alias: Record<string, string> = {}): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: sources, loader: "ts" },
    alias,
    bundle: true,
    conditions: ["@sticky-uploads/source", "browser"],
    define: { "process.env.NODE_ENV": '"production"' },
    jsx: "automatic",
    target: "es2022",
    minify: true,
    write: false,
    logLevel: "warning",
  })
  return outputFiles[0]?.text ?? ""
}
