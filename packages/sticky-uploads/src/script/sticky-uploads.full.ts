import { runFullScript } from "./run-full.js"

runFullScript()
