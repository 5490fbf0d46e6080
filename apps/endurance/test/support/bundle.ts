import { mkdir, mkdtemp } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"

const source = (file: string) => fileURLToPath(new URL(`../../src/${file}.ts`, import.meta.url))

/** Bundles programs of this app from their sources into one directory, where they find each other by name. */
export async function bundle(...files: string[]): Promise<string> {
  // Inside the workspace, so that the bundles find what they import.
  const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url))
  await mkdir(cache, { recursive: true })
  const directory = await mkdtemp(join(cache, "endurance-"))
  await esbuild.build({
    entryPoints: files.map(source),
    outdir: directory,
    entryNames: "[name]",
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    conditions: ["@sticky-uploads/source"],
    external: [
      ...["express", "formidable", "file-type", "rate-limiter-flexible", "zod", "zod-form-data"],
      ...["@aws-sdk/*", "@smithy/*", "@trpc/server", "fast-check", "ioredis"],
    ],
  })
  return directory
}
