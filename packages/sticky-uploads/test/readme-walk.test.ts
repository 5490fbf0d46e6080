import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { png } from "./support/app.js"
import { readDocument } from "./support/documents.js"
import { type Running, runBlocks } from "./support/run-blocks.js"

const readme = "packages/sticky-uploads/README.md"
const guide = "apps/docs/guide/getting-started.md"

describe.each([
  { what: "the README's server", path: readme, app: "server", target: "submission.create/upload" },
  { what: "the guide's application", path: guide, app: "app", target: "submission.create/upload" },
  { what: "the guide's application without tRPC", path: guide, app: "plain/app", target: "submission/upload" },
])("$what, run as it stands", ({ path, app, target }) => {
  let running: Running
  let url: string
  const stored = () => {
    const directory = join(running.directory, "media/uploads")
    return readdirSync(directory).map((key) => readFileSync(join(directory, key)))
  }

  beforeAll(async () => {
    const main = `
      import { app } from "./${app}.js"
      const listening = app.listen(0, "127.0.0.1", () => process.send(listening.address().port))`
    running = await runBlocks(readDocument(path), main)
    url = `http://127.0.0.1:${running.said}`
  })
  afterAll(() => running.stop())

  const post = (to: string, body: FormData | string) =>
    fetch(url + to, {
      method: "POST",
      body,
      redirect: "manual",
      headers: { "x-user": "ann", ...(typeof body === "string" && { "Content-Type": "application/json" }) },
    })
  const formOf = (fields: Record<string, string | File>) => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    return form
  }

  it("keeps a file over a form that failed, without JavaScript", async () => {
    expect(await (await fetch(url)).text()).toContain(`data-upload-url="/sticky/${target}"`)
    const failed = await post("/submissions", formOf({ title: "", upload: new File([png], "über.png") }))
    expect(failed.status).toBe(422)
    const page = await failed.text()
    expect(page).toContain("über.png")
    const token = /name="_upload"[^>]*value="([^"]+)"/.exec(page)?.[1] ?? ""
    const passed = await post("/submissions", formOf({ title: "mended", upload: new File([], ""), _upload: token }))
    expect([passed.status, passed.headers.get("location")]).toEqual([303, "/thanks"])
    expect(stored().map((bytes) => bytes.equals(png))).toEqual([true])
  })

  it("takes the token of an upload as JSON", async () => {
    const upload = await post(`/sticky/${target}`, formOf({ upload: new File([png], "b.png") }))
    const { stored: token } = (await upload.json()) as { stored: string }
    const to = app === "plain/app" ? "/api/submission" : "/trpc/submission.create"
    const answer = await post(to, JSON.stringify({ title: "By script", upload: token }))
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"name":"b.png"')])
    expect(stored()).toHaveLength(2)
  })
})

describe("the guide's own storage", () => {
  it("keeps the contract, run as it stands", async () => {
    const main = `
      const cases = []
      globalThis.it = (name, run) => cases.push({ name, run })
      await import("./table-storage.test.js")
      const broken = []
      for (const { name, run } of cases) await run().catch((error) => broken.push(name + ": " + error.message))
      process.send({ cases: cases.length, broken })`
    const { said, stop } = await runBlocks(readDocument("apps/docs/guide/storages.md"), main)
    await stop()
    expect(said).toEqual({ cases: expect.any(Number), broken: [] })
    expect((said as { cases: number }).cases).toBeGreaterThan(15)
  })
})
