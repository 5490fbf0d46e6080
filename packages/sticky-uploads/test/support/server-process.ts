import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"
import { onTestFinished } from "vitest"

const packageDirectory = fileURLToPath(new URL("../..", import.meta.url))

/** A server in a process of its own. */
export interface ServerProcess {
  port: number
  /** Sends it a message and gives back what it answers. */
  ask<Answer>(question?: string): Promise<Answer>
}

/** Starts a server that is a file beside this one, and ends it with the test. It tells its port, and answers messages. */
export async function startServerProcess(name: string, ...args: string[]): Promise<ServerProcess> {
  // Inside the package, so that the bundle finds what it imports.
  const cache = join(packageDirectory, "node_modules", ".cache")
  await mkdir(cache, { recursive: true })
  const bundle = await mkdtemp(join(cache, `${name}-`))
  onTestFinished(() => rm(bundle, { recursive: true, force: true }))
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))],
    outfile: join(bundle, "server.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@sticky-uploads/source"],
    packages: "external",
  })
  const child = fork(join(bundle, "server.mjs"), args, { execArgv: [] })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.disconnect()
    await once(child, "exit")
  })
  const [{ port }] = (await once(child, "message")) as [{ port: number }]
  return {
    port,
    async ask<Answer>(question = "look") {
      const answered = once(child, "message")
      child.send(question)
      return (await answered)[0] as Answer
    },
  }
}
