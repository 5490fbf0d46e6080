import { runApp } from "./run-app.mjs"

await runApp("bench", "main.js")
