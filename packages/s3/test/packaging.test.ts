import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

const packageDirectory = fileURLToPath(new URL("..", import.meta.url))
const require = createRequire(import.meta.url)
// Inside `npm test` these would point npm back at the workspace.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_ENV$|^VITEST/.test(name)))

async function run(command: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(command, args, { cwd: packageDirectory, env })).stdout
}
const node = (...args: string[]) => run(process.execPath, ...args)

let directory: string
let tarball: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sticky-uploads-s3-"))
  await node(join(require.resolve("typescript"), "../tsc.js"), "-b", "tsconfig.server.json")
  tarball = join(directory, (await run("npm", "pack", "--silent", "--pack-destination", directory)).trim())
})

afterAll(() => rm(directory, { recursive: true, force: true }))

describe("the packed package", () => {
  it("passes publint's strict rules", async () => {
    const { buffer, byteOffset, byteLength } = await readFile(tarball)
    const packed = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
    const { messages, pkg } = await publint({ pack: { tarball: packed }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it("gives every TypeScript module resolution the right types", async () => {
    const attw = join(require.resolve("@arethetypeswrong/cli/package.json"), "../dist/index.js")
    await node(attw, tarball, "--profile", "esm-only")
  })

  it("carries its sources and its licence, and no tests", async () => {
    const files = (await run("tar", "-tzf", tarball)).split("\n")
    expect(files).toEqual(expect.arrayContaining(["package/src/index.ts", "package/README.md", "package/LICENSE"]))
    expect(files.filter((file) => /\.test|tsbuildinfo|\/test\//.test(file))).toEqual([])
  })

  it("needs nothing but the doors of sticky-uploads and the client of S3", async () => {
    const code = await run("tar", "-xzOf", tarball, "--wildcards", "package/dist/*.js")
    const imported = [...code.matchAll(/from "([^."][^"]*)"/g)].map(([, name]) => name)
    const foreign = [...new Set(imported)].filter((name) => !name?.startsWith("node:"))
    expect(foreign.sort()).toEqual(["@aws-sdk/client-s3", "sticky-uploads", "sticky-uploads/server"])
  })
})
