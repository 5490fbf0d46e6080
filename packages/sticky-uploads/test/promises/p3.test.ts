import { readdirSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { png } from "../support/app.js"
import { claimsOf } from "../support/claims.js"
import { multipart, multipartType, png as pngOf, upload } from "../support/multipart.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { serve } from "../support/serve.js"
import { serveAlbum } from "../support/serve-album.js"
import { head } from "../support/wire.js"

expectNoStrayErrors()

const target = "album.create/upload"

const names = [
  "../../../../etc/cron.d/evil",
  "..\\..\\windows\\evil.php",
  "/etc/passwd",
  "C:\\autoexec.bat",
  "shell.php",
  ".htaccess",
  "a.png\0.php",
  "a.png;.sh",
  "\u202egnp.exe",
  "CON",
  "~root",
  "$(reboot).png",
  "-rf",
  "a\r\nSet-Cookie: b=c.png",
  "<img src=x onerror=alert(1)>.png",
  ".",
  "..",
  " ",
  "x".repeat(300),
]

describe("P3: nothing that the client says about a file is believed", () => {
  it.each(names)("the name %j names nothing on the disk, before or after it is promoted", async (name) => {
    const album = await serveAlbum()
    const root = dirname(album.stagedDirectory)
    const form = new FormData()
    form.append("upload", new File([png], name))
    const headers = { "x-user": "ann" }
    const answer = await fetch(`${album.url}/sticky/${target}`, { method: "POST", headers, body: form })
    const { is_valid, filename, stored: token } = await answer.json()
    expect(is_valid).toBe(true)
    expect(readdirSync(root)).toEqual(["staged"])
    expect(album.staged()).toEqual([`staged.${claimsOf(token).jti}`])
    const { stored } = await album.call(token)
    expect(stored).toMatchObject({ name: filename, key: expect.stringMatching(/^[\w-]{24}$/) })
    expect(readdirSync(root)).toEqual(["staged", "uploads"])
    expect(album.stored()).toEqual([stored?.key])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what may not be left
    expect(filename).not.toMatch(/[/\\\u0000-\u001f\u202e]|^\.{0,2}$/)
    expect(filename.length).toBeLessThan(256)
  })

  it("a key of the app's own that was made from a name is refused: nothing leaves the directory", async () => {
    const album = await serveAlbum({ handle: (file) => file.promote(album.uploads, { key: `../${file.name}` }) })
    expect((await album.submit(await album.upload(target))).status).not.toBe(200)
    expect(readdirSync(dirname(album.stagedDirectory)).includes("a.png")).toBe(false)
    expect(album.stored()).toEqual([])
  })

  it("nobody can execute what was uploaded, whatever it is called and whatever the umask says", async () => {
    const before = process.umask(0)
    try {
      const album = await serveAlbum()
      const { stored } = await album.call(await album.upload(target, new File([png], "run.sh")))
      await album.upload(target)
      const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
      expect(modeOf(join(album.uploadsDirectory, stored?.key ?? ""))).toBe("600")
      for (const key of album.staged().filter((each) => !each.includes(".claim-")))
        expect(modeOf(join(album.stagedDirectory, key))).toBe("600")
      expect([album.stagedDirectory, album.uploadsDirectory].map(modeOf)).toEqual(["700", "700"])
    } finally {
      process.umask(before)
    }
  })

  it.each<[string, string, string | Buffer, string]>([
    ["HTML", "portrait.png", "<!doctype html><script>alert(1)</script>", "image/png"],
    ["a script", "portrait.png", "#!/bin/sh\nreboot\n", "image/png"],
    ["a program", "portrait.png", Buffer.from(`\x7fELF\x02\x01\x01${"\0".repeat(60)}`, "latin1"), "image/png"],
    ["an archive", "portrait.jpg", Buffer.from(`PK\x03\x04${"\0".repeat(60)}`, "latin1"), "image/jpeg"],
    ["HTML before a picture", "portrait.png", Buffer.concat([Buffer.from("<script>"), png]), "image/png"],
  ])("%s that is called %s is no picture", async (_, name, bytes, type) => {
    const album = await serveAlbum()
    const { body } = await album.post(target, new File([bytes as BlobPart], name, { type }))
    expect(body).toMatchObject({ is_valid: false, code: "file_type_refused" })
    expect(album.staged()).toEqual([])
  })

  it("a picture is a picture, whatever it is called", async () => {
    const album = await serveAlbum()
    const token = await album.upload(target, new File([png], "page.html", { type: "text/html" }))
    expect(claimsOf(token).type).toBe("image/png")
    expect((await album.call(token)).stored).toMatchObject({ type: "image/png", name: "page.html" })
  })

  it("a size that a part's own headers claim is no size", async () => {
    const server = await serve()
    const wire = await server.wire()
    const disposition = 'Content-Disposition: form-data; name="upload"; filename="a.png"; size=1'
    const body = multipart({
      head: `${disposition}\r\nContent-Length: 1\r\nContent-Type: image/png`,
      bytes: pngOf(4000),
    })
    await wire.send(
      head("POST", "/sticky/doc/image", {
        "X-User": "ann",
        "Content-Type": multipartType,
        "Content-Length": body.length,
      }),
    )
    await wire.send(body)
    const { json } = await wire.answer()
    expect(json).toMatchObject({ is_valid: true, size: 4000 })
    expect(await server.storage.stat((await server.left())[0] as string)).toMatchObject({ size: 4000 })
  })

  it("a file that says that it is small is cut off where its field ends", async () => {
    const server = await serve()
    const { json } = await server.post("doc/note", [upload("x".repeat(1001), "size=5.txt")])
    expect(json).toMatchObject({ is_valid: false, code: "file_too_large", details: { maxBytes: 1000 } })
    expect(await server.left()).toEqual([])
  })
})
