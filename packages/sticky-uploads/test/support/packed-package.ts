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

const require = createRequire(import.meta.url)
// Inside `npm test` these would point npm back at the workspace.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_ENV$|^VITEST/.test(name)))

/**
 * Builds and packs a package that is written against public doors, and judges what a stranger would install.
 * @param project its tsconfig.
 * @param needs every module that it imports beside Node's own.
 */
export function describePackedPackage(packageUrl: URL, project: string, needs: readonly string[]): void {
  const cwd = fileURLToPath(packageUrl)
  let directory: string
  let tarball: string

  async function run(command: string, ...args: string[]): Promise<string> {
    return (await promisify(execFile)(command, args, { cwd, env })).stdout
  }
  const node = (...args: string[]) => run(process.execPath, ...args)

  describe("the packed package", () => {
    vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "sticky-uploads-packed-"))
      await node(join(require.resolve("typescript"), "../tsc.js"), "-b", project)
      tarball = join(directory, (await run("npm", "pack", "--silent", "--pack-destination", directory)).trim())
    })

    afterAll(() => rm(directory, { recursive: true, force: true }))

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

    it(`needs nothing but ${needs.join(", ")}`, async () => {
      const code = await run("tar", "-xzOf", tarball, "--wildcards", "package/dist/*.js")
      const imported = [...code.matchAll(/from "([^."][^"]*)"/g)].map(([, name]) => name)
      const foreign = [...new Set(imported)].filter((name) => !name?.startsWith("node:"))
      expect(foreign.sort()).toEqual([...needs].sort())
    })
  })
}
