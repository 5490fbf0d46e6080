import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { png } from "./support/app.js"
import { codeBlocks } from "./support/code-blocks.js"

const repository = fileURLToPath(new URL("../../..", import.meta.url))
const readme = readFileSync(join(repository, "packages/sticky-uploads/README.md"), "utf8")

describe("the README's server, run as it stands", () => {
  const directory = mkdtempSync(join(tmpdir(), "sticky-readme-"))
  const uploads = join(directory, "uploads")
  let server: ChildProcess
  let url: string

  beforeAll(async () => {
    symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"))
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }')
    for (const { file, code } of codeBlocks("README.md", readme)) {
      if (!["shared/submission.ts", "server.ts"].includes(file)) continue
      const path = join(directory, file.replace(/ts$/, "js"))
      mkdirSync(dirname(path), { recursive: true })
      const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
      writeFileSync(path, ts.transpileModule(code, { compilerOptions }).outputText)
    }
    writeFileSync(
      join(directory, "main.js"),
      `import { app } from "./server.js"
       const listening = app.listen(0, "127.0.0.1", () => process.send(listening.address().port))`,
    )
    server = fork(join(directory, "main.js"), {
      execArgv: [],
      env: { ...process.env, UPLOADS: uploads, TMPDIR: directory },
    })
    url = `http://127.0.0.1:${(await once(server, "message"))[0]}`
  })
  afterAll(async () => {
    server.kill()
    await once(server, "exit")
    rmSync(directory, { recursive: true })
  })

  const submit = (fields: Record<string, string | File>) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    return fetch(`${url}/submissions`, { method: "POST", body, headers: { "x-user": "ann" }, redirect: "manual" })
  }

  it("keeps a file over a form that failed, without JavaScript", async () => {
    expect(await (await fetch(url)).text()).toContain('data-upload-url="/sticky/submission.create/upload"')
    const failed = await submit({ title: "", upload: new File([png], "über.png") })
    expect(failed.status).toBe(422)
    const page = await failed.text()
    expect(page).toContain("über.png")
    const token = /name="_upload"[^>]*value="([^"]+)"/.exec(page)?.[1] ?? ""
    const passed = await submit({ title: "mended", upload: new File([], ""), _upload: token })
    expect([passed.status, passed.headers.get("location")]).toEqual([303, "/thanks"])
    const [key] = readdirSync(uploads)
    expect(readFileSync(join(uploads, key as string)).equals(png)).toBe(true)
  })
})
