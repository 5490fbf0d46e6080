import type { Express } from "express"
import { bundle } from "./bundle.js"

const built = new Map<string, Promise<string>>()

// The ready-made script is a classic one, for pages without modules.
const build = (door: string) =>
  bundle({ entryPoints: [`sticky-uploads/${door}`], format: door.endsWith(".js") ? "iife" : "esm" })

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
