import { germanClient } from "../locales.js"
import { runScript } from "./run.js"

runScript(germanClient)
