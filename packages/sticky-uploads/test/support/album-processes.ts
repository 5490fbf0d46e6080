import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"
import { afterAll, beforeAll } from "vitest"

const source = fileURLToPath(new URL("./album-process.ts", import.meta.url))
const cache = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url))

export interface AlbumProcess {
  /** Uploads a picture and gives its token. */
  upload(): Promise<string>
  /** Submits a token; gives the codes of what is wrong, or `passed`. */
  submit(photo: string, title?: string): Promise<string>
  /** Takes an upload back; gives the status. */
  discard(token: string): Promise<number>
  /** Ends the process as a crash would. */
  kill(): Promise<void>
}

interface Shared {
  secrets: string[]
  /** Directories. */
  staged: string
  uploads: string
}

function clientOf(url: string, child: ChildProcess): AlbumProcess {
  const headers = { "x-user": "ann" }
  return {
    async upload() {
      const body = new FormData()
      body.append("upload", new File(["a picture"], "a.txt"))
      const response = await fetch(`${url}/sticky/album/photo`, { method: "POST", headers, body })
      return (await response.json()).stored
    },
    async submit(photo, title = "a title") {
      const response = await fetch(`${url}/trpc/album`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ photo, title }),
      })
      if (response.ok) return "passed"
      const { error } = await response.json()
      const issues: { code: string; params?: { code: string } }[] = JSON.parse(error.message)
      return issues.map(({ code, params }) => params?.code ?? code).join()
    },
    async discard(token) {
      const asked = { method: "DELETE", headers: { ...headers, "x-sticky-token": token } }
      return (await fetch(`${url}/sticky/album/photo`, asked)).status
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, "exit")
      child.kill("SIGKILL")
      await exited
    },
  }
}

/** Gives what starts servers that are processes of their own; they end with the test file. */
export function albumProcesses(): (shared: Shared) => Promise<AlbumProcess> {
  const all: AlbumProcess[] = []
  let directory: string
  beforeAll(async () => {
    // Inside the package, so that the bundle finds what it imports.
    await mkdir(cache, { recursive: true })
    directory = await mkdtemp(join(cache, "album-"))
    await esbuild.build({
      entryPoints: [source],
      outfile: join(directory, "server.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      conditions: ["@sticky-uploads/source"],
      external: ["express", "@trpc/*", "formidable", "file-type", "zod", "zod-form-data", "rate-limiter-flexible"],
    })
  })
  afterAll(async () => {
    await Promise.all(all.map(({ kill }) => kill()))
    await rm(directory, { recursive: true, force: true })
  })

  return async (shared) => {
    const child = fork(join(directory, "server.mjs"), [JSON.stringify(shared)], { execArgv: [] })
    const [url] = (await once(child, "message")) as [string]
    const client = clientOf(url, child)
    all.push(client)
    return client
  }
}
