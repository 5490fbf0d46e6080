import { frenchClient } from "../locales.js"
import { runScript } from "./run.js"

runScript(frenchClient)
