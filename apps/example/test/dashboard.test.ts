import { once } from "node:events"
import { connect } from "node:net"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { png } from "./support/files.js"
import { cookieOf, fields, loggedIn, type Site, startSite, type Visit, visitor } from "./support/site.js"

// Passwords are slow to hash on purpose, and slower still on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let site: Site
let demo: Visit
let admin: Visit

beforeAll(async () => {
  site = await startSite()
  demo = await loggedIn(site, "demo")
  admin = await loggedIn(site, "admin")
})

afterAll(() => site.stop())

const text = async (visit: Visit) => (await visit("/admin/dashboard")).text()

/** The rows of all tables, as a person reads them. */
async function rows(): Promise<Record<string, string>> {
  const cells = [...(await text(admin)).matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/g)]
  return Object.fromEntries(
    cells.map(([, label, rest = ""]) => [
      label,
      rest
        .replace(/<[^>]+>/g, " ")
        .trim()
        .replace(/\s+/g, " "),
    ]),
  )
}

async function upload(bytes: Buffer<ArrayBuffer>) {
  const body = new FormData()
  body.append("upload", new File([bytes], "portrait.png"))
  const answer = await demo("/sticky/submission.create/upload", { method: "POST", body })
  return (await answer.json()) as { stored: string }
}

describe("the dashboard", () => {
  it("has nothing to show at first, and says of which process it speaks", async () => {
    expect(await rows()).toMatchObject({ "In flight": "0", Staged: "0 0 bytes", Promoted: "0 0 bytes", Swept: "0" })
    const page = await text(admin)
    expect(page).toContain("What this one process has seen since")
    expect(page).toContain("Nothing has been refused.")
  })

  it("counts what was uploaded, saved and refused", async () => {
    const { stored } = await upload(png(1))
    await upload(png(2))
    await upload(Buffer.from("I am no picture."))
    const create = (input: object) =>
      demo("/trpc/submission.create", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(input),
      })
    await create({ title: "Saved", accept: "on", upload: stored })
    await create({ title: "Saved twice", accept: "on", upload: stored })
    const bytes = png(1).length
    await expect.poll(rows).toMatchObject({
      "In flight": "0",
      Over: "3",
      "Seconds each, on average": expect.stringMatching(/^\d+\.\d\d$/),
      Staged: `2 ${bytes + png(2).length} bytes`,
      "Still waiting": "1",
      Promoted: `1 ${bytes} bytes`,
      Taken: "2",
      Refused: "1",
      "Failed by our fault": "0",
      file_type_refused: "1",
      token_used: "1",
    })
  })

  it("shows an upload that is in flight, until it is broken off", async () => {
    const login = await visitor(site)("/login", {
      method: "POST",
      body: fields({ username: "demo", password: "demo" }),
    })
    const { hostname, port } = new URL(site.url)
    const socket = connect(Number(port), hostname)
    await once(socket, "connect")
    socket.write(
      [
        "POST /sticky/submission.create/upload HTTP/1.1",
        `Host: ${hostname}:${port}`,
        `Cookie: ${cookieOf(login)}`,
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Length: 1000",
        "",
        `--x\r\nContent-Disposition: form-data; name="upload"; filename="a.png"\r\n\r\n`,
      ].join("\r\n"),
    )
    await expect.poll(rows).toMatchObject({ "In flight": "1" })
    socket.destroy()
    await expect.poll(rows).toMatchObject({ "In flight": "0", upload_aborted: "1" })
  })

  it("is for admins only", async () => {
    const refused = await demo("/admin/dashboard")
    expect(refused.status).toBe(403)
    expect(await refused.text()).not.toContain("What this one process has seen")
    expect((await visitor(site)("/admin/dashboard")).headers.get("location")).toBe("/login")
    expect(await (await demo("/")).text()).not.toContain("/admin/dashboard")
    expect(await (await admin("/")).text()).toContain(`href="/admin/dashboard"`)
  })
})
