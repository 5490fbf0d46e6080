import { findChromium } from "./chromium.mjs"
import { ensureChromium, ensureDependencies } from "./ensure.mjs"
import { runApp } from "./run-app.mjs"

ensureDependencies()
ensureChromium()
process.env.CHROMIUM ??= findChromium()
await runApp("journeys", "main.js")
