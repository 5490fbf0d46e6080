import { cp } from "node:fs/promises"
import { build } from "esbuild"

// The server part is compiled by `tsc -b`; this makes what the browser loads.
await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: { app: "src/browser/main.ts" },
  outdir: "dist/public",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: true,
  legalComments: "none",
  logLevel: "warning",
})
await cp(new URL("src/public", import.meta.url), new URL("dist/public", import.meta.url), { recursive: true })
