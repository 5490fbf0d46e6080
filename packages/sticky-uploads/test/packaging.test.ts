import { createHash } from "node:crypto"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import * as esbuild from "esbuild"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import workspace from "../../../package.json" with { type: "json" }
import manifest from "../package.json" with { type: "json" }
import { judgeTarball, node, pack, run } from "./support/packed-package.js"

/**
 * A form page waits for this script: 3.5 kB, so small that nobody has to think before adding it. What many files need beyond
 * that, their order, removal and those that the page came with, is in `view`; their turns, 85 bytes, every client takes.
 */
const maxClientBytes = 3_550
/** What the tRPC link adds to a page that has the client already; @trpc/client itself is the page's own. */
const maxLinkBytes = 800
/**
 * What a page without a bundler loads: beside the client 3,150 bytes are the list of files, its order and its limits, 500 what is
 * sent again, and 450 the settings of its tag.
 */
const maxScriptBytes = 7_660
/** That and what most pages leave out: 1,100 bytes are ways in, 600 previews, 900 drafts. */
const maxFullScriptBytes = 10_260
/** What each piece adds to a page that has the client: with a list 230 bytes are what it asks of an uploader, to put files in order. */
const maxPieceBytes = {
  "addPicks, checkLimits, showFiles": 3_160,
  takeDrops: 960,
  takePastes: 980,
  "takeDrops, takePastes": 1_260,
  showPreviews: 910,
  drafts: 1_040,
}
/** What a second table of words adds to it; English stays, for what a table lacks. */
const maxLanguageBytes = 800

/** What a bundle for a browser that asked for no schema never holds. */
const foreignWords = /["'`]node:|[Zz]od|\bBuffer\b|\bprocess\./

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

const packageDirectory = fileURLToPath(new URL("..", import.meta.url))
let project: string
let tarball: string

const install = (...packages: string[]) =>
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--save-exact", ...packages], project)
const withVersion = (name: keyof typeof manifest.devDependencies) => `${name}@${manifest.devDependencies[name]}`

const bundle = (code: string) =>
  esbuild.build({
    stdin: { contents: code, resolveDir: project },
    bundle: true,
    platform: "browser",
    conditions: ["browser"],
    format: "esm",
    minify: true,
    external: ["@trpc/*"],
    write: false,
    logLevel: "silent",
  })
const bundledText = async (code: string) => (await bundle(code)).outputFiles[0]?.text ?? ""
const zippedBytes = (text: string) => gzipSync(text, { level: 9 }).length
const expectAtMost = (door: string, bytes: number, maxBytes: number) => {
  console.info(`sticky-uploads/${door}: ${bytes} bytes minified and gzipped, of ${maxBytes} allowed`)
  expect(bytes).toBeLessThanOrEqual(maxBytes)
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "sticky-uploads-packaging-"))
  const worlds = ["core", "client", "locales", "script", "server"].map((world) => `tsconfig.${world}.json`)
  tarball = await pack(packageDirectory, worlds, project)
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }))
  await install(tarball, withVersion("zod"))
})

afterAll(() => rm(project, { recursive: true, force: true }))

describe("the packed package", () => judgeTarball(() => tarball, "src/server.ts"))

describe("the ready-made script", () => {
  const scripts = Object.keys(manifest.exports).filter((key) => key.endsWith(".js"))
  const read = (key: string) => readFile(join(project, "node_modules/sticky-uploads/dist", key), "utf8")

  it("is packed in every language, small and without Node and Zod", async () => {
    const maxBytes = { "./sticky-uploads.js": maxScriptBytes, "./sticky-uploads.full.js": maxFullScriptBytes }
    for (const [english, max] of Object.entries(maxBytes)) {
      const bytes = zippedBytes(await read(english))
      expectAtMost(english.slice(2), bytes, max)
      const others = scripts.filter((key) => key !== english && key.replace(/\.\w\w\.js$/, ".js") === english)
      for (const key of others) expectAtMost(key.slice(2), zippedBytes(await read(key)) - bytes, maxLanguageBytes)
    }
    for (const key of scripts) expect(await read(key)).not.toMatch(foreignWords)
  })

  it("is found by tools that copy it", async () => {
    const resolve = (key: string) => `console.log(import.meta.resolve("${key.replace(".", "sticky-uploads")}"))`
    await writeFile(join(project, "resolve.js"), scripts.map(resolve).join("\n"))
    const found = (await node(["resolve.js"], project)).trim().split("\n")
    expect(await Promise.all(found.map((url) => readFile(new URL(url), "utf8")))).toEqual(
      await Promise.all(scripts.map(read)),
    )
  })

  it("stays in a bundle that imports it for what it does", async () => {
    for (const key of scripts)
      expect(await bundledText(`import "${key.replace(".", "sticky-uploads")}"`)).toContain("stickyUploads")
  })

  it("has a tag with its hash, written by the server's door", async () => {
    await writeFile(
      join(project, "tag.js"),
      `
      import { createScripts } from "sticky-uploads/server"
      console.log(createScripts().tag({ url: "/static", language: "fr" }))
      `,
    )
    const hash = createHash("sha384").update(await read("./sticky-uploads.fr.js"))
    const tag = await node(["tag.js"], project)
    expect(tag).toContain(`src="/static/sticky-uploads.fr.js?v=`)
    expect(tag).toContain(` integrity="sha384-${hash.digest("base64")}"`)
  })
})

describe("an empty project with Zod 4", () => {
  it("imports from JavaScript every door that needs no other package", async () => {
    await writeFile(
      join(project, "zod-only.js"),
      `
      import * as z from "sticky-uploads/zod"
      for (const door of ["", "/client", "/html", "/locales", "/server", "/express", "/clamav", "/testing"]) await import("sticky-uploads" + door)
      const { success } = z.object({ upload: z.stickyFile().optional() }).safeParse({})
      console.log(success)
      `,
    )
    expect(await node(["zod-only.js"], project)).toBe("true\n")
  })

  it("sweeps by a command", async () => {
    await writeFile(
      join(project, "sticky.js"),
      `
      import { createMemoryStorage, createSticky } from "sticky-uploads/server"
      export const sticky = createSticky({ secrets: ["x".repeat(32)], storage: createMemoryStorage(), authorize: () => true })
      `,
    )
    const said = await run("npx", ["sticky-uploads", "sweep", "--config", "./sticky.js"], project)
    expect(said).toMatch(/^staged in memory: removed 0 of 0 files \(0 bytes\) in \d+\.\d s\n$/)
  })

  it("works with the oldest Zod that it allows", async () => {
    const oldest = manifest.peerDependencies.zod.replace("^", "")
    await install(`zod@${oldest}`)
    await writeFile(
      join(project, "oldest-zod.js"),
      `
      import * as z from "sticky-uploads/zod"
      const schema = z.object({ one: z.stickyFile().optional(), more: z.array(z.stickyFile()).optional() })
      const json = z.toJSONSchema(schema, { io: "input" })
      console.log(schema.safeParse({ one: "" }).success, schema.safeParse({ one: {} }).success, json.properties.one.format)
      `,
    )
    expect(await node(["oldest-zod.js"], project)).toBe("true false sticky-token\n")
    await install(withVersion("zod"))
  })

  it.each(["server", "express", "trpc", "clamav", "opentelemetry", "testing"])(
    "refuses to bundle sticky-uploads/%s for a browser",
    async (door) => {
      const { errors } = await bundle(`import "sticky-uploads/${door}"`).catch(
        (failure: esbuild.BuildFailure) => failure,
      )
      expect(errors).toHaveLength(1)
      expect(errors[0]?.text).toBe(`Could not resolve "sticky-uploads/${door}"`)
      expect(errors[0]?.notes[0]?.text).toContain(
        `"./${door}" cannot be imported from package "sticky-uploads" because it was explicitly disabled`,
      )
    },
  )

  it("bundles the schema without Node", async () => {
    const text = await bundledText(`import * as z from "sticky-uploads/zod"; console.log(z.stickyFile())`)
    expect(text).toContain("console.log")
    expect(text).not.toMatch(/["'`]node:|\bBuffer\b/)
  })

  it("bundles a small client without Node and without Zod", async () => {
    const text = await bundledText(`export * from "sticky-uploads/client"`)
    expect(text).toContain("createStickyClient")
    expect(text).not.toMatch(foreignWords)
    expectAtMost("client", zippedBytes(text), maxClientBytes)
  })

  it("bundles a link that adds little to the client", async () => {
    const client = await bundledText(`export * from "sticky-uploads/client"`)
    const both = await bundledText(`export * from "sticky-uploads/client"; export * from "sticky-uploads/link"`)
    expect(both).toContain("stickyLink")
    expect(both).not.toMatch(foreignWords)
    expectAtMost("link", zippedBytes(both) - zippedBytes(client), maxLinkBytes)
  })

  it("bundles of the pieces for a page only those that are imported", async () => {
    const door = `export * from "sticky-uploads/client"; `
    const client = zippedBytes(await bundledText(door))
    for (const [pieces, maxBytes] of Object.entries(maxPieceBytes)) {
      const text = await bundledText(`${door} export { ${pieces} } from "sticky-uploads/view"`)
      expect(text).not.toMatch(foreignWords)
      expectAtMost(`view: ${pieces}`, zippedBytes(text) - client, maxBytes)
    }
    expect(await bundledText(door)).not.toMatch(/sessionStorage|ObjectURL|dragover|clipboard/)
  })
})

describe("a project with tRPC and Express", () => {
  beforeAll(async () => {
    const { typescript, "@types/node": nodeTypes } = workspace.devDependencies
    const peers = (["@opentelemetry/api", "@trpc/client", "@trpc/server", "express", "@types/express"] as const).map(
      withVersion,
    )
    await install(...peers, `typescript@${typescript}`, `@types/node@${nodeTypes}`)
  })

  it("imports every door from JavaScript", async () => {
    const keys = Object.keys(manifest.exports).filter((key) => !key.endsWith(".js"))
    const doors = keys.map((key) => key.replace(".", "sticky-uploads"))
    const load = (door: string) =>
      `await import("${door}"${door.endsWith(".json") ? `, { with: { type: "json" } }` : ""})`
    await writeFile(join(project, "every-door.js"), doors.map(load).join("\n"))
    await node(["every-door.js"], project)
  })

  it("compiles under strict TypeScript, the declarations of the package included", async () => {
    await writeFile(
      join(project, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { module: "nodenext", target: "es2023", strict: true, noEmit: true, skipLibCheck: false },
        files: ["user.ts"],
      }),
    )
    await writeFile(
      join(project, "user.ts"),
      `
      import type { StickyFile } from "sticky-uploads"
      import { createClamavInspector } from "sticky-uploads/clamav"
      import { createStickyClient } from "sticky-uploads/client"
      import { stickyEndpoint } from "sticky-uploads/express"
      import { stickyField } from "sticky-uploads/html"
      import { stickyLink } from "sticky-uploads/link"
      import { createOpenTelemetry } from "sticky-uploads/opentelemetry"
      import { createSticky, createTempStorage } from "sticky-uploads/server"
      import type { StickyUploads } from "sticky-uploads/sticky-uploads.js"
      import * as testing from "sticky-uploads/testing"
      import { stickyMiddleware } from "sticky-uploads/trpc"
      import * as z from "sticky-uploads/zod"

      const submission = z.object({ title: z.string().min(1), upload: z.stickyFile({ maxBytes: 5_000_000 }) })
      export const readyMade: StickyUploads | undefined = window.stickyUploads
      export const upload: (value: z.output<typeof submission>) => StickyFile = ({ upload }) => upload
      export { createClamavInspector, createOpenTelemetry, createSticky, createStickyClient, createTempStorage, stickyEndpoint, stickyField, stickyLink, stickyMiddleware, testing }
      `,
    )
    await node([join(project, "node_modules/typescript/bin/tsc"), "-p", "."], project)
  })

  it("lets a browser's File into a router whose declarations were emitted on a server", async () => {
    const options = { module: "nodenext", target: "es2023", strict: true, skipLibCheck: true }
    const configure = (world: string, compilerOptions: object, files: string[]) =>
      writeFile(
        join(project, `tsconfig.${world}.json`),
        JSON.stringify({ compilerOptions: { ...options, ...compilerOptions }, files }),
      )
    await configure("server", { lib: ["es2023"], types: ["node"], declaration: true, outDir: "out" }, ["router.ts"])
    await configure("browser", { lib: ["es2023", "dom"], types: [], noEmit: true }, ["page.ts"])
    await writeFile(
      join(project, "router.ts"),
      `
      import { initTRPC } from "@trpc/server"
      import { createMemoryStorage, createSticky } from "sticky-uploads/server"
      import { stickyMiddleware } from "sticky-uploads/trpc"
      import * as z from "sticky-uploads/zod"

      const sticky = createSticky<object>({ secrets: ["x".repeat(32)], storage: createMemoryStorage(), authorize: () => true })
      const t = initTRPC.context<object>().create()
      const procedure = t.procedure.use(stickyMiddleware(sticky))
      export const appRouter = t.router({
        create: procedure.input(z.object({ upload: z.stickyFile() })).mutation(({ input }) => input.upload.size),
      })
      export type AppRouter = typeof appRouter
      `,
    )
    await writeFile(
      join(project, "page.ts"),
      `
      import { createTRPCClient, httpBatchLink } from "@trpc/client"
      import { createStickyClient } from "sticky-uploads/client"
      import { stickyLink } from "sticky-uploads/link"
      import type { AppRouter } from "./out/router.js"

      const client = createStickyClient<AppRouter>({ url: "/sticky" })
      const trpc = createTRPCClient<AppRouter>({ links: [stickyLink({ client }), httpBatchLink({ url: "/trpc" })] })
      export const send = (file: File) => trpc.create.mutate({ upload: file })
      export const attach = (input: HTMLInputElement) => client.attach(input, "create/upload")
      // @ts-expect-error: there is no such field
      export const mistaken = (input: HTMLInputElement) => client.attach(input, "create/nope")
      `,
    )
    const compiler = join(project, "node_modules/typescript/bin/tsc")
    for (const world of ["server", "browser"]) await node([compiler, "-p", `tsconfig.${world}.json`], project)
  })
})
