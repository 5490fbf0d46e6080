import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"

const require = createRequire(import.meta.url)
const tsc = join(require.resolve("typescript"), "../tsc.js")
const attw = join(require.resolve("@arethetypeswrong/cli/package.json"), "../dist/index.js")

// Inside `npm test` these would point every npm started here back at the workspace.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_ENV$|^VITEST/.test(name)))

/** Runs a program as somebody outside of this repository would, and resolves to what it printed. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { cwd, env })).stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(" ")} failed in ${cwd}\n${stdout}${stderr}`, { cause: error })
  }
}
export const node = (args: readonly string[], cwd: string) => run(process.execPath, args, cwd)

/** Compiles a package's projects, packs it into a directory, and resolves to the tarball's path. */
export async function pack(packageDirectory: string, projects: readonly string[], directory: string): Promise<string> {
  await node([tsc, "-b", ...projects], packageDirectory)
  return join(
    directory,
    (await run("npm", ["pack", "--silent", "--pack-destination", directory], packageDirectory)).trim(),
  )
}

/** Judges what a stranger would install, of which `source` is one of the sources. */
export function judgeTarball(tarball: () => string, source: string): void {
  it("passes publint's strict rules", async () => {
    const { buffer, byteOffset, byteLength } = await readFile(tarball())
    const packed = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
    const { messages, pkg } = await publint({ pack: { tarball: packed }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it("gives every TypeScript module resolution the right types", async () => {
    await node([attw, tarball(), "--profile", "esm-only"], dirname(tarball()))
  })

  it("carries its sources, what to read and its licence, and no tests", async () => {
    const files = (await run("tar", ["-tzf", tarball()], dirname(tarball()))).split("\n")
    expect(files).toEqual(expect.arrayContaining([`package/${source}`, "package/README.md", "package/LICENSE"]))
    expect(files.filter((file) => /\.test|tsbuildinfo|\/test\//.test(file))).toEqual([])
  })
}

/**
 * Builds and packs a package that is written against public doors, and judges it.
 * @param project its tsconfig.
 * @param needs every module that it imports beside Node's own.
 */
export function describePackedPackage(packageUrl: URL, project: string, needs: readonly string[]): void {
  let directory: string
  let tarball: string

  describe("the packed package", () => {
    vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "sticky-uploads-packed-"))
      tarball = await pack(fileURLToPath(packageUrl), [project], directory)
    })

    afterAll(() => rm(directory, { recursive: true, force: true }))

    judgeTarball(() => tarball, "src/index.ts")

    it(`needs nothing but ${needs.join(", ")}`, async () => {
      const code = await run("tar", ["-xzOf", tarball, "--wildcards", "package/dist/*.js"], directory)
      const imported = [...code.matchAll(/from "([^."][^"]*)"/g)].map(([, name]) => name)
      const foreign = [...new Set(imported)].filter((name) => !name?.startsWith("node:"))
      expect(foreign.sort()).toEqual([...needs].sort())
    })
  })
}
