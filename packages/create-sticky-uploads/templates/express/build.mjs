import { spawn } from "node:child_process"
import { context } from "esbuild"

const common = { bundle: true, format: "esm", sourcemap: true, logLevel: "warning" }
const builds = await Promise.all([
  context({ ...common, entryPoints: ["src/server.ts"], outdir: "dist", platform: "node", packages: "external" }),
  context({ ...common, entryPoints: ["src/browser.ts", "src/style.css"], outdir: "dist/public", minify: true }),
])
await Promise.all(builds.map((build) => build.rebuild()))

if (process.argv.includes("--watch")) {
  await Promise.all(builds.map((build) => build.watch()))
  spawn(process.execPath, ["--env-file=.env", "--watch", "dist/server.js"], { stdio: "inherit" })
} else {
  await Promise.all(builds.map((build) => build.dispose()))
}
