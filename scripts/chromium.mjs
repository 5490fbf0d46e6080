import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)]
const applications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
]

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const pathsOf = (name) => folders.map((folder) => join(folder, name))

/** The path of the browser that tests drive, or undefined where this machine has none. */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  return [...names.flatMap(pathsOf), ...applications].find(isExecutable)
}

/** The path of the same browser without windows, which takes half the time, where this machine has it and none is named. */
export function findHeadlessShell() {
  return process.env.CHROMIUM ? undefined : pathsOf("chromium-headless-shell").find(isExecutable)
}
