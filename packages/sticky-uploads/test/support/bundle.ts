import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"

const here = fileURLToPath(new URL(".", import.meta.url))

/** Bundles sources of the package for a browser, as an app would do it; its map says which, for whoever debugs or counts. */
export async function bundle(input: Pick<esbuild.BuildOptions, "entryPoints" | "stdin" | "format">): Promise<string> {
  const { outputFiles } = await esbuild.build({
    ...input,
    absWorkingDir: here,
    outdir: here,
    bundle: true,
    conditions: ["@sticky-uploads/source", "browser"],
    sourcemap: "inline",
    write: false,
  })
  return (outputFiles[0] as esbuild.OutputFile).text
}
