import { germanClient } from "../locales.js"
import { runFullScript } from "./run-full.js"

runFullScript(germanClient)
