import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { cloneRepository } from "./support/clone.js"
import { shellLines } from "./support/code-blocks.js"
import { readDocuments, repository } from "./support/documents.js"

/** What a stranger types, each line as it stands in the guide. */
const strangers = [
  /^npm create sticky-uploads@latest my-app -- --template (express|next)$/,
  /^(cd|mkdir) my-app$/,
  /^npm install$/,
  /^npm run dev$/,
  /^npm init --yes$/,
  /^npm install (sticky-uploads zod express @trpc\/server|--save-dev esbuild @types\/express)$/,
  /^npx esbuild server\.ts --format=esm --outfile=server\.mjs$/,
  /^node server\.mjs$/,
].map((command) => ({
  command,
  file: "packages/create-sticky-uploads/test/strangers.browser.test.ts",
  by: "followGuide(steps,",
}))

/** The commands of the documents, and what in which file runs each. */
const proofs: { command: RegExp; file: string; by: string }[] = [
  { command: /^npm start$/, file: "packages/sticky-uploads/test/readme-commands.test.ts", by: `run("start")` },
  {
    command: /^npm run createuser -- \w+( --admin| \[--admin\])?$/,
    file: "packages/sticky-uploads/test/readme-commands.test.ts",
    by: `run("run", "createuser", "--", "ann")`,
  },
  {
    command: /^npm run bench -- --quick$/,
    file: "apps/bench/test/command.test.ts",
    by: `["run", "bench", "--", ...args]`,
  },
  {
    command: /^npm run bench -- --only sizes$/,
    file: "apps/bench/test/run.test.ts",
    by: `run(["tokens", "parse", "sizes", "sweep"])`,
  },
  {
    command: /^npm run attack -- --quick$/,
    file: "apps/endurance/test/attack.test.ts",
    by: `["run", "attack", "--", "--quick"]`,
  },
  {
    command: /^npx sticky-uploads sweep --config \.\/sticky\.js$/,
    file: "packages/sticky-uploads/test/packaging.test.ts",
    by: `run("npx", ["sticky-uploads", "sweep", "--config", "./sticky.js"]`,
  },
  { command: /^npm run docs$/, file: "apps/docs/test/site.test.ts", by: `["run", "docs"]` },
  { command: /^npm test$/, file: ".ci/run", by: "npm --silent test" },
  {
    command: /^npm install sticky-uploads zod$/,
    file: "packages/sticky-uploads/test/packaging.test.ts",
    by: `install(tarball, withVersion("zod"))`,
  },
  ...strangers,
]

describe("the commands in the documents", () => {
  const lines = readDocuments().flatMap(({ path, text }) => shellLines(path, text))

  it("are found", () => expect(lines.length).toBeGreaterThan(5))

  it.each(lines)("$at: $command is run by a test", ({ command, comment }) => {
    if (/\bby hand\b/.test(comment)) return
    const proof = proofs.find((each) => each.command.test(command))
    expect(proof, `no test runs "${command}"; add one, or say "# by hand"`).toBeDefined()
    expect(readFileSync(join(repository, proof!.file), "utf8")).toContain(proof!.by)
  })
})

describe("a clone of the repository", () => {
  let clone: string
  let server: ChildProcess | undefined
  beforeAll(() => {
    clone = cloneRepository()
  })
  afterAll(async () => {
    if (server?.kill()) await once(server, "exit")
    rmSync(clone, { recursive: true })
  })

  // Inside `npm test` these would point every npm started here back at the workspace.
  const outside = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^VITEST/.test(name)))
  const run = (...args: string[]) =>
    spawn("npm", args, {
      cwd: clone,
      env: { ...outside, PORT: "0", DATA_DIR: join(clone, "data") },
      stdio: ["pipe", "pipe", "inherit"],
    })

  it("serves the example after npm start, and knows whom createuser made", async () => {
    server = run("start")
    let url: string | undefined
    for await (const line of createInterface({ input: server.stdout! })) {
      url = /http:\S+/.exec(line)?.[0]
      if (url) break
    }
    expect(url).toBeDefined()

    const createuser = run("run", "createuser", "--", "ann")
    createuser.stdin!.end("correct horse\n")
    expect(await once(createuser, "exit")).toEqual([0, null])
    const body = new URLSearchParams({ username: "ann", password: "correct horse" })
    const login = await fetch(new URL("/login", url), { method: "POST", body, redirect: "manual" })
    expect([login.status, login.headers.getSetCookie().length]).toEqual([303, 1])
  }, 300_000)
})
