import { frenchClient } from "../locales.js"
import { runFullScript } from "./run-full.js"

runFullScript(frenchClient)
