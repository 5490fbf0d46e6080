import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PassThrough } from "node:stream"
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import manifest from "../package.json" with { type: "json" }
import { run } from "./run.js"

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "create-sticky-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
})

/** Runs the command in the directory; a person gives these answers and leaves, and without them nobody is there. */
async function ran(args: string[], answers?: string[]) {
  const isTTY = answers !== undefined
  const input = Object.assign(new PassThrough(), { isTTY })
  const output = Object.assign(new PassThrough(), { isTTY })
  const asked: string[] = []
  output.on("data", (written) => {
    // A terminal also gets what moves its cursor, and its own echo.
    const [question] = /\w.* \(.*\):/.exec(String(written)) ?? []
    if (question === undefined) return
    asked.push(question)
    const answer = answers?.shift()
    if (answer === undefined) input.end()
    else input.write(`${answer}\n`)
  })
  const out = vi.spyOn(console, "log").mockReturnValue()
  const errors = vi.spyOn(console, "error").mockReturnValue()
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(directory)
  const code = await run(args, { input, output })
  const said = (spy: typeof out) => spy.mock.calls.map((all) => all.join(" ")).join("\n")
  const end = { code, out: said(out), errors: said(errors), asked }
  for (const spy of [out, errors, cwd]) spy.mockRestore()
  return end
}
const read = (...path: string[]) => readFileSync(join(directory, ...path), "utf8")

describe("create-sticky-uploads", () => {
  it("makes an app, and says how to start it", async () => {
    const { code, out } = await ran(["My App", "--template", "express"])
    expect(code).toBe(0)
    expect(out).toContain(`cd "My App"\n  npm install\n  npm run dev`)
    expect(JSON.parse(read("My App", "package.json"))).toMatchObject({ name: "my-app", private: true })
    expect(read("My App", "README.md")).toMatch(/^# my-app$/m)
    expect(readdirSync(join(directory, "My App"))).toEqual(expect.arrayContaining([".env", ".gitignore", "src"]))
  })

  it("signs with a secret of the app's own, which only its owner reads and no repository gets", async () => {
    await ran(["one", "--template", "express"])
    await ran(["two", "--template", "express"])
    const secrets = ["one", "two"].map((app) => /^STICKY_SECRET=([\w-]{43})\n$/.exec(read(app, ".env"))?.[1])
    expect(new Set(secrets).size).toBe(2)
    expect(secrets).not.toContain(undefined)
    expect(statSync(join(directory, "one/.env")).mode & 0o777).toBe(0o600)
    expect(read("one", ".gitignore").split("\n")).toContain(".env")
  })

  it("makes it here, where only a repository was begun", async () => {
    mkdirSync(join(directory, ".git"))
    const { code, out } = await ran([".", "--template", "express"])
    expect([code, out.includes("cd ")]).toEqual([0, false])
    expect(readdirSync(directory)).toContain("package.json")
  })

  it("overwrites nothing", async () => {
    writeFileSync(join(directory, "notes.txt"), "mine")
    const { code, errors } = await ran([".", "--template", "express"])
    expect([code, readdirSync(directory)]).toEqual([2, ["notes.txt"]])
    expect(errors).toContain("is not empty: it has notes.txt")
    expect(await ran(["notes.txt", "--template", "express"])).toMatchObject({
      code: 2,
      errors: expect.stringContaining("cannot make the folder"),
    })
  })

  it("asks a person for what was not said, and takes what they confirm", async () => {
    const { code, asked } = await ran([], ["shop", "express"])
    expect([code, readdirSync(directory)]).toEqual([0, ["shop"]])
    expect(asked).toEqual(["Folder (my-app):", "Template, express or next (express):"])
    expect((await ran(["--template", "express"], [""])).code).toBe(0)
    expect(readdirSync(directory)).toContain("my-app")
  })

  it.each<[string, string[], string[] | undefined, RegExp]>([
    ["nobody is there to ask", ["my-app"], undefined, /say where and what/],
    ["the person leaves", [], ["shop"], /nothing was answered, and nothing was made/],
    ["the person wants what there is not", ["shop"], ["vue"], /there is no template "vue"; there are express and next/],
    ["there is no such template", ["shop", "--template", "toString"], undefined, /there is no template "toString"/],
    ["there is no such option", ["shop", "--hard"], undefined, /Unknown option '--hard'$/m],
    ["two folders are named", ["a", "b"], undefined, /it makes one app, and was told a b/],
  ])("makes nothing where %s", async (_, args, answers, message) => {
    const { code, errors } = await ran(args, answers)
    expect([code, readdirSync(directory)]).toEqual([2, []])
    expect(errors).toMatch(message)
    expect(errors).toContain("Try: npm create sticky-uploads@latest -- --help")
  })

  it("tells its version, and all that it takes", async () => {
    expect(await ran(["--version"])).toMatchObject({ code: 0, out: manifest.version })
    const { code, out } = await ran(["-h"])
    expect([code, out]).toEqual([0, expect.stringMatching(/--template <name> {2}express or next/)])
  })
})
