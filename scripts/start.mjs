import { spawn } from "node:child_process"
import { build, ensureDependencies, root } from "./ensure.mjs"

ensureDependencies()
build()

const server = spawn(process.execPath, ["apps/example/dist/server.js"], { cwd: root, stdio: "inherit" })
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // Ctrl-C in a terminal has already reached the server itself.
    if (signal !== "SIGINT" || !process.stdin.isTTY) server.kill(signal)
  })
}
if (process.env.npm_lifecycle_event) {
  // A SIGTERM sent to npm ends npm and its shell, but no one passes it on to what the shell had started.
  const shell = process.ppid
  setInterval(() => process.ppid !== shell && server.kill(), 500).unref()
}
server.on("exit", (code) => process.exit(code ?? 1))
