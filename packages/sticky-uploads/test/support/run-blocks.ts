import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import ts from "typescript"
import { codeBlocks } from "./code-blocks.js"
import { type Document, repository } from "./documents.js"

export interface Running {
  /** Where the process runs, and its blocks stand as files. */
  readonly directory: string
  /** What `main` sent first. */
  readonly said: unknown
  /** Ends the process and removes its directory. */
  stop(): Promise<void>
}

/** Runs the named blocks of a document in a process of their own, as they stand; `main` imports them and sends one message. */
export async function runBlocks({ path, text }: Document, main: string): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), "sticky-blocks-"))
  symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"))
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }')
  writeFileSync(join(directory, "main.js"), main)
  const { ESNext } = ts.ModuleKind
  const compilerOptions = { module: ESNext, target: ts.ScriptTarget.ES2023, jsx: ts.JsxEmit.ReactJSX }
  for (const { file, code } of codeBlocks(path, text)) {
    const to = join(directory, file.replace(/tsx?$/, "js"))
    mkdirSync(dirname(to), { recursive: true })
    writeFileSync(to, ts.transpileModule(code, { fileName: file, compilerOptions }).outputText)
  }
  const child = fork(join(directory, "main.js"), {
    cwd: directory,
    execArgv: [],
    env: { ...process.env, TMPDIR: directory },
  })
  const exited = once(child, "exit")
  const said = await Promise.race([once(child, "message").then(([message]) => message), exited])
  return {
    directory,
    said,
    async stop() {
      child.kill()
      await exited
      rmSync(directory, { recursive: true })
    },
  }
}
