import { runScript } from "./run.js"

runScript()
