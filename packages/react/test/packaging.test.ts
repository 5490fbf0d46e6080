import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { gzipSync } from "node:zlib"
import * as esbuild from "esbuild"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"

/** What the hook adds to a page that has React and the client: the field's attributes, and what React is told of. */
const maxHookBytes = 1_200
/** What the field adds to that: its markup, its words, and 160 bytes of them how a size is written. */
const maxFieldBytes = 720

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
  directory = await mkdtemp(join(tmpdir(), "sticky-uploads-react-"))
  await node(join(require.resolve("typescript"), "../tsc.js"), "-b", "tsconfig.client.json")
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

  it("needs nothing but React and the doors of sticky-uploads", async () => {
    const code = await run("tar", "-xzOf", tarball, "--wildcards", "package/dist/*.js")
    const imported = [...code.matchAll(/from "([^."][^"]*)"/g)].map(([, name]) => name)
    expect([...new Set(imported)].sort()).toEqual(["react", "react/jsx-runtime", "sticky-uploads"])
  })
})

describe("a page that has React and the client", () => {
  async function zippedBytes(...doors: string[]): Promise<number> {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: doors.map((door) => `export ${door}`).join("\n"), resolveDir: packageDirectory },
      external: ["react", "react/jsx-runtime"],
      bundle: true,
      minify: true,
      format: "esm",
      jsx: "automatic",
      conditions: ["@sticky-uploads/source", "browser"],
      write: false,
    })
    const [{ contents } = { contents: "" }] = outputFiles
    return gzipSync(contents, { level: 9 }).length
  }

  it("gets little more by the hook, and by the field", async () => {
    const client = `* from "sticky-uploads/client"`
    const hook = `{ useStickyUpload } from "@sticky-uploads/react"`
    const field = `{ StickyField } from "@sticky-uploads/react"`
    const [without, withHook, withField] = [
      await zippedBytes(client),
      await zippedBytes(client, hook),
      await zippedBytes(client, hook, field),
    ]
    expect(withHook - without, "the hook").toBeLessThanOrEqual(maxHookBytes)
    expect(withField - withHook, "the field").toBeLessThanOrEqual(maxFieldBytes)
  })
})
