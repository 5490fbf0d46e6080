import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import type { Step } from "./guide-steps.js"
import { dependenciesOf, installedVersion, readManifest } from "./manifests.js"
import { outside, run } from "./run.js"

// Below the ports that the system gives to whoever asks for any, and those that our services choose.
let port = 10_000 + (process.pid % 10_000)

/** An app that a stranger has started. */
export interface Started {
  directory: string
  url: string
  stop(): Promise<void>
}

/** The words that npm gets for those of the guide: our packages from their tarballs, the others in the versions we know. */
function npmWords(words: string[], tarballs: ReadonlyMap<string, string>): string[] {
  const [command = "", ...rest] = words
  if (command === "create") {
    const [name = "", ...more] = rest
    const created = `create-${name.replace(/@latest$/, "")}`
    const args = more.filter((word) => word !== "--")
    // What `npm create` itself comes to, once it has looked the name up.
    return ["exec", "--yes", `--package=${tarballs.get(created)}`, "--", created, ...args]
  }
  if (command !== "install") return words
  const exact = rest.map((word) => {
    const version = installedVersion(word)
    return tarballs.get(word) ?? (version === undefined ? word : `${word}@${version}`)
  })
  return [command, "--prefer-offline", "--no-audit", "--no-fund", ...exact]
}

/** The tarballs of what an app that was just made depends on. */
const ownOf = (directory: string, tarballs: ReadonlyMap<string, string>) =>
  Object.keys(dependenciesOf(readManifest(directory))).flatMap((name) => tarballs.get(name) ?? [])

async function urlSaidBy(server: ChildProcess): Promise<string> {
  let said = ""
  if (server.stdout)
    for await (const line of createInterface({ input: server.stdout })) {
      said += `${line}\n`
      const [url] = /http:\/\/localhost:\d+/.exec(line) ?? []
      if (url !== undefined) {
        server.stdout.resume()
        return url
      }
    }
  throw new Error(`the app said of no URL where it listens:\n${said}`)
}

/** Does in an empty folder what a section of the guide says; its last command starts the app. */
export async function followGuide(
  steps: readonly Step[],
  folder: string,
  tarballs: ReadonlyMap<string, string>,
): Promise<Started> {
  let directory = folder
  for (const step of steps.slice(0, -1)) {
    if ("file" in step) {
      const path = join(directory, step.file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, step.code)
      continue
    }
    const [program = "", ...words] = step.command.split(" ")
    if (program === "cd") directory = join(directory, ...words)
    else if (program !== "npm") await run(program, words, directory)
    else if (step.command === "npm install")
      await run("npm", npmWords([...words, ...ownOf(directory, tarballs)], tarballs), directory)
    else await run("npm", npmWords(words, tarballs), directory)
  }
  const last = steps.at(-1)
  if (!last || !("command" in last)) throw new Error("the last step of the guide starts nothing")
  const [program = "", ...words] = last.command.split(" ")
  port += 1
  // In a process group of its own, as npm ends without what it started.
  const server = spawn(program, words, {
    cwd: directory,
    env: { ...outside, NEXT_TELEMETRY_DISABLED: "1", PORT: String(port) },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  })
  // Nobody is left then who could say something: neither it nor a process that it started.
  const gone = once(server, "close")
  const stop = async () => {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid)
    await gone
  }
  try {
    return { directory, url: await urlSaidBy(server), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
