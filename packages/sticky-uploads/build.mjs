import { readFile } from "node:fs/promises"
import { build } from "esbuild"

// The doors are compiled by `tsc -b`; this makes the ready-made scripts for pages without a bundler: two a language.
const { name, version, license } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"))

await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ["src/script/sticky-uploads*.ts"],
  outdir: process.argv[2] ?? "dist",
  bundle: true,
  format: "iife",
  // Whatever can `requestSubmit()`, without which the client leaves the form alone, reads this too.
  target: "es2020",
  minify: true,
  banner: { js: `/*! ${name} ${version} | ${license} */` },
  logLevel: "warning",
})
