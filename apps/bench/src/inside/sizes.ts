import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { type BuildResult, build } from "esbuild"
import type { Inside } from "../inner-process.js"
import type { Row } from "../rows.js"
import { type Client, clientCode, ours, peers } from "./clients.js"

const here = fileURLToPath(new URL(".", import.meta.url))

const bundle = (source: Client["source"]): Promise<BuildResult<{ write: false; metafile: true }>> =>
  build({
    ...("code" in source
      ? { stdin: { contents: source.code, resolveDir: here }, format: "esm" }
      : { entryPoints: [source.script], format: "iife" }),
    absWorkingDir: here,
    outdir: here,
    bundle: true,
    platform: "browser",
    conditions: ["@sticky-uploads/source", "module"],
    minify: true,
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    external: ["react", "react-dom", "@trpc/client"],
    write: false,
    metafile: true,
    logLevel: "error",
  })

async function weigh(source: Client["source"]) {
  const bytes = (await bundle(source)).outputFiles[0]?.contents ?? new Uint8Array()
  return { minifiedBytes: bytes.length, gzippedBytes: gzipSync(bytes, { level: 9 }).length }
}

/** What a door has for a page to take. */
async function exportsOf(door: string): Promise<string[]> {
  const { metafile } = await bundle({ code: `export * from "${door}"` })
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports)
}

/** The client alone, and what each piece of the other doors makes of it. */
async function weighPieces(): Promise<Row[]> {
  const client = await weigh({ code: clientCode })
  const scenario = "sizes/pieces"
  const rows: Row[] = [{ scenario, subject: "sticky-uploads/client", ...client }]
  for (const door of ["sticky-uploads/link", "sticky-uploads/view", "@sticky-uploads/react"]) {
    for (const name of await exportsOf(door)) {
      const both = await weigh({ code: `${clientCode}; export { ${name} } from "${door}"` })
      const addedBytes = both.gzippedBytes - client.gzippedBytes
      rows.push({ scenario, subject: `with ${name} of ${door}`, ...both, addedBytes })
    }
  }
  return rows
}

async function weighClients(clients: readonly Client[]): Promise<Row[]> {
  const weighed = clients.map(async ({ name, source }) => ({
    scenario: "sizes",
    subject: name,
    ...(await weigh(source)),
  }))
  return (await Promise.all(weighed)).sort((a, b) => a.gzippedBytes - b.gzippedBytes)
}

/** Our own rows alone. */
export const weighOurs = async (): Promise<Row[]> => [...(await weighClients(ours)), ...(await weighPieces())]

/** Bundles what browsers load, and weighs it. */
export const sizes: Inside = async () => [...(await weighClients([...ours, ...peers])), ...(await weighPieces())]
