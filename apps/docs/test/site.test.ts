import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { cloneRepository } from "../../../packages/sticky-uploads/test/support/clone.js"

let clone: string
let site: string
let said: { code?: number; stdout: string; stderr: string }
/** Every page's HTML, by its path under the site. */
let pages: Map<string, string>

beforeAll(async () => {
  clone = cloneRepository()
  site = join(clone, "apps/docs/dist/site")
  rmSync(site, { recursive: true, force: true })
  // Inside `npm test` these would point this npm back at the workspace.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^VITEST/.test(name)))
  said = await promisify(execFile)("npm", ["run", "docs"], { cwd: clone, env }).catch((error) => error)
  const files = existsSync(site) ? readdirSync(site, { recursive: true, encoding: "utf8" }) : []
  const html = files.filter((file) => file.endsWith(".html"))
  pages = new Map(html.map((file) => [file, readFileSync(join(site, file), "utf8")]))
}, 300_000)

afterAll(() => rmSync(clone, { recursive: true }))

describe("npm run docs", () => {
  it("builds the site without a warning and says where it is", () => {
    expect(said.stdout + said.stderr).not.toMatch(/warning|error/i)
    expect(said.code).toBeUndefined()
    expect(said.stdout).toContain(`${pathToFileURL(join(site, "index.html"))}`)
  })

  it("makes a page of every chapter, and pages of what the doors export", () => {
    const chapters = readdirSync(join(clone, "apps/docs/guide"))
    expect(chapters.length).toBeGreaterThan(10)
    for (const chapter of chapters) {
      const source = readFileSync(join(clone, "apps/docs/guide", chapter), "utf8")
      const [, heading] = /^# (.+)$/m.exec(source) ?? []
      expect(pages.get(`guide/${chapter.replace(/md$/, "html")}`)).toContain(
        `<title>${heading} | sticky-uploads</title>`,
      )
    }
    expect([...pages.keys()]).toEqual(
      expect.arrayContaining(["sticky-uploads/StickyError.html", "sticky-uploads/zod/stickyFile.html"]),
    )
  })

  it("lists the chapters on its first page in the order of the sidebar", async () => {
    const { chapters } = await import(pathToFileURL(join(clone, "apps/docs/site/chapters.mjs")).href)
    const listed = Object.values<string[]>(chapters)
      .flat()
      .filter((path) => path.includes("/guide/"))
    const [, list = ""] = pages.get("index.html")?.split('id="the-guide"') ?? []
    const linked = [...list.matchAll(/href="(guide\/[^"#]+)\.html"/g)].map(([, path]) => `apps/docs/${path}`)
    expect(linked).toEqual(listed)
  })

  it("names the hashes of the ready-made scripts as they were built", () => {
    for (const name of ["sticky-uploads.js", "sticky-uploads.full.js"]) {
      const script = readFileSync(join(clone, "packages/sticky-uploads/dist", name))
      const hash = createHash("sha384").update(script).digest("base64")
      expect(pages.get("guide/script.html")).toContain(`sha384-${hash}`)
    }
    expect([...pages].filter(([, html]) => html.includes("{{integrity")).map(([file]) => file)).toEqual([])
  })

  it("has no link that leads nowhere", () => {
    const idsOf = (file: string) => new Set(readFileSync(file, "utf8").match(/(?<=\sid=")[^"]+/g))
    const files = readdirSync(site, { recursive: true, encoding: "utf8" }).map((file) => join(site, file))
    const ids = new Map(files.filter((file) => /\.(html|svg)$/.test(file)).map((file) => [file, idsOf(file)]))
    const leadsSomewhere = (url: URL) => {
      const path = fileURLToPath(new URL(url.pathname, "file:"))
      const file = path.endsWith("/") ? join(path, "index.html") : path
      return existsSync(file) && (!url.hash || ids.get(file)?.has(decodeURIComponent(url.hash.slice(1))))
    }
    const links = [...pages].flatMap(([page, html]) =>
      [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link = ""]) => ({ page, link })),
    )
    const inside = links.filter(({ link }) => !/^(https?|data):/.test(link))
    expect(inside.length).toBeGreaterThan(1000)
    const broken = inside.filter(({ page, link }) => !leadsSomewhere(new URL(link, pathToFileURL(join(site, page)))))
    expect(broken).toEqual([])
  })
})
