import { fileURLToPath } from "node:url"
import type { TRPCError } from "@trpc/server"
import * as esbuild from "esbuild"
import { stickyField } from "sticky-uploads/html"
import { french, german, germanClient } from "sticky-uploads/locales"
import * as z from "sticky-uploads/zod"
import { describe, expect, it, onTestFinished } from "vitest"
import { createParts } from "./support/app.js"
import { upload } from "./support/multipart.js"
import { serve } from "./support/serve.js"

async function bundle(code: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "esm",
    conditions: ["@sticky-uploads/source", "browser"],
    write: false,
  })
  return (outputFiles[0] as esbuild.OutputFile).text
}

describe("germanClient", () => {
  it("brings a page no sentence of the server's, of French or of English", async () => {
    const text = await bundle(`import { germanClient } from "sticky-uploads/locales"; window.words = germanClient`)
    const elsewhere = Object.keys(german).filter((key) => !Object.hasOwn(germanClient, key))
    expect(elsewhere).toEqual(expect.arrayContaining(["token_gone", "currently"]))
    expect(elsewhere.filter((key) => RegExp(`\\b${key}\\b`).test(text))).toEqual([])
    expect(text).toContain("Die Datei ist leer")
    expect(text).not.toMatch(/fichier|"fr"|File is/)
  })
})

describe("german", () => {
  it("answers an upload that is refused", async () => {
    const server = await serve({ messages: german })
    const { json } = await server.post("doc/note", [upload("x".repeat(1200), "note.txt")])
    expect(json.errors.upload).toEqual(["Die Datei überschreitet die Obergrenze von 1\u00a0kB: note.txt"])
  })

  it("speaks in the errors of a procedure", async () => {
    const { sticky, procedure, router, remove } = createParts({ messages: german })
    onTestFinished(remove)
    const input = z.object({ upload: z.stickyFile() })
    const { create } = router({ create: procedure.input(input).mutation(() => "done") }).createCaller({ user: "ann" })
    sticky.register({ create: input })
    const refused = create({} as never).catch((error: TRPCError) => error.cause)
    expect(await refused).toMatchObject({ issues: [{ path: ["upload"], message: "Bitte wählen Sie eine Datei aus." }] })
  })

  it("labels a field and the size of its file", () => {
    const files = [{ token: "abc", name: "porträt.png", size: 7_200_000 }]
    const html = stickyField({ name: "upload", url: "/sticky/a/upload", files, labels: german })
    expect(html).toContain("Derzeit: porträt.png (7,2\u00a0MB)")
    expect(html).not.toMatch(/Currently|Change|Clear/)
  })
})

describe("french", () => {
  it("answers those who want it, where a server speaks several languages", async () => {
    const server = await serve({
      messages: ({ req }) => (req?.headers["accept-language"]?.startsWith("fr") ? french : german),
    })
    const said = async (language: string) => {
      const answer = await server.post("doc/image", [upload("a text", "a.txt")], { "accept-language": language })
      return answer.json.errors.upload[0]
    }
    expect(await said("fr-CA")).toMatch(/^Les fichiers de type text\/plain ne sont pas acceptés/)
    expect(await said("de")).toMatch(/^Dateien vom Typ text\/plain werden hier nicht angenommen/)
  })
})
