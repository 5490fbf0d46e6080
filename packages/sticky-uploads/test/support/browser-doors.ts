import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"
import type { Express } from "express"

const here = fileURLToPath(new URL(".", import.meta.url))
const built = new Map<string, Promise<string>>()

async function build(door: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [`sticky-uploads/${door}`],
    absWorkingDir: here,
    bundle: true,
    // The ready-made script is a classic one, for pages without modules.
    format: door.endsWith(".js") ? "iife" : "esm",
    conditions: ["@sticky-uploads/source", "browser"],
    write: false,
  })
  return (outputFiles[0] as esbuild.OutputFile).text
}

/** Makes a page's `import … from "sticky-uploads/client"` find what `serveDoors` serves. */
export const importMap = `<script type="importmap">{ "imports": { "sticky-uploads/": "/doors/" } }</script>`

/** Serves the package's doors at `/doors/<name>`, each bundled for a browser as an app would do it. */
export function serveDoors(app: Express): void {
  app.get("/doors/:door", async (req, res) => {
    const { door } = req.params
    if (!built.has(door)) built.set(door, build(door))
    res.type("text/javascript").send(await built.get(door))
  })
}
