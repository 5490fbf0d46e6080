import { runApp } from "./run-app.mjs"

const [command] = process.argv.splice(2, 1)
await runApp("endurance", `${command}/main.js`)
