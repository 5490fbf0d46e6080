import { request } from "node:http"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { cookieOf, fields, loggedIn, type Site, startSite, visitor } from "./support/site.js"

// Passwords are slow to hash on purpose, and slower still on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let site: Site

beforeAll(async () => {
  site = await startSite()
})

afterAll(() => site.stop())

const demo = fields({ username: "demo", password: "demo" })

describe("login", () => {
  it.each(["/", "/uploads", "/admin/uploads", "/thanks", "/uploads/some-id/upload"])(
    "stands before %s",
    async (path) => {
      const response = await visitor(site)(path)
      expect(response.status).toBe(303)
      expect(response.headers.get("location")).toBe("/login")
    },
  )

  it("sets a cookie that scripts and other sites cannot use", async () => {
    const response = await visitor(site)("/login", { method: "POST", body: demo })
    expect(response.status).toBe(303)
    expect(response.headers.get("location")).toBe("/")
    const [cookie] = response.headers.getSetCookie()
    expect(cookie).toMatch(/^session=[\w-]{43}; Max-Age=604800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/)
  })

  it("shows who is logged in, and the form", async () => {
    const page = await (await (await loggedIn(site, "demo"))("/")).text()
    expect(page).toContain("Logged in as <strong>demo</strong>")
    expect(page).toContain('action="/submissions"')
  })

  it("says the same of an unknown name and of a wrong password", async () => {
    const wrong = await visitor(site)("/login", { method: "POST", body: fields({ username: "demo", password: "x" }) })
    const unknown = await visitor(site)("/login", { method: "POST", body: fields({ username: "nemo", password: "x" }) })
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect((await unknown.text()).replaceAll("nemo", "demo")).toBe(await wrong.text())
  })

  it("shows a refused name again, escaped", async () => {
    const body = fields({ username: '"><script>', password: "x" })
    const page = await (await visitor(site)("/login", { method: "POST", body })).text()
    expect(page).toContain('value="&#34;&#62;&#60;script&#62;"')
  })

  it("refuses fields that were sent twice or not at all", async () => {
    for (const body of ["username=demo&username=demo&password=demo", "username[]=demo&password=demo", ""]) {
      const headers = { "content-type": "application/x-www-form-urlencoded" }
      expect((await visitor(site)("/login", { method: "POST", body, headers })).status).toBe(401)
    }
  })

  it("answers a body that is too long without keeping it", async () => {
    const body = fields({ username: "demo", password: "x".repeat(100_000) })
    expect((await visitor(site)("/login", { method: "POST", body })).status).toBe(413)
  })

  it("leads nowhere but to the start", async () => {
    const response = await visitor(site)("/login?next=https://evil.example/", { method: "POST", body: demo })
    expect(response.headers.get("location")).toBe("/")
  })

  it("gives a new session id to who was logged in already, and ends the old one", async () => {
    const first = cookieOf(await visitor(site)("/login", { method: "POST", body: demo }))
    const second = cookieOf(await visitor(site, first)("/login", { method: "POST", body: demo }))
    expect(second).not.toBe(first)
    expect((await visitor(site, first)("/")).status).toBe(303)
    expect((await visitor(site, second)("/")).status).toBe(200)
  })
})

describe("logout", () => {
  it("ends the session on the server", async () => {
    const cookie = cookieOf(await visitor(site)("/login", { method: "POST", body: demo }))
    const response = await visitor(site, cookie)("/logout", { method: "POST" })
    expect(response.status).toBe(303)
    expect(response.headers.getSetCookie()[0]).toMatch(/^session=; Path=\/; Expires=Thu, 01 Jan 1970/)
    expect((await visitor(site, cookie)("/")).status).toBe(303)
  })

  it("does not happen by a link", async () => {
    const visit = await loggedIn(site, "demo")
    expect((await visit("/logout")).status).toBe(404)
    expect((await visit("/")).status).toBe(200)
  })
})

describe("requests of other sites", () => {
  it.each([
    ["cross-site", { "sec-fetch-site": "cross-site" }, 403],
    ["same-site", { "sec-fetch-site": "same-site" }, 403],
    ["same-origin", { "sec-fetch-site": "same-origin" }, 303],
    ["an Origin that is not ours", { origin: "https://evil.example" }, 403],
    ["an opaque Origin", { origin: "null" }, 403],
  ])("%s", async (_what, headers, status) => {
    // Node's fetch keeps Sec-Fetch headers to itself, so this asks by hand.
    expect(await post("/login", headers)).toBe(status)
  })

  it("our own Origin", async () => {
    expect(await post("/login", { origin: site.url })).toBe(303)
  })
})

function post(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const type = { "content-type": "application/x-www-form-urlencoded" }
    request(new URL(path, site.url), { method: "POST", headers: { ...type, ...headers } }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode))
    })
      .on("error", reject)
      .end(demo.toString())
  })
}

describe("every page", () => {
  it("runs only scripts of this site and is not framed", async () => {
    const { headers } = await visitor(site)("/login")
    expect(headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'")
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
    expect(headers.get("x-content-type-options")).toBe("nosniff")
    expect(headers.get("x-powered-by")).toBeNull()
  })

  it("is found, or says that it is not", async () => {
    const response = await (await loggedIn(site, "demo"))("/nowhere")
    expect(response.status).toBe(404)
    expect(await response.text()).toContain("There is no page at this address.")
  })
})
