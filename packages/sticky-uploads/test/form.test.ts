import { once } from "node:events"
import { TRPCError } from "@trpc/server"
import { StickyError } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { double, gate } from "./support/doubles.js"
import { file, multipart, multipartType, type PartToSend, png, text } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type FormServed, type FormServeOptions, serveForm } from "./support/serve-form.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

const untouched = (name: string) => file(name, "", "")
const raw = (name: string, filename = "raw.png", bytes: Uint8Array | string = png()) => file(name, filename, bytes)
const hidden = (name: string, token: string) => text(`_${name}`, token)
const clear = (name: string) => text(`${name}-clear`, "on")
const title = text("title", "A title")
const tamper = (token: string) => `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`

const keptKeys = async ({ kept }: FormServed) => {
  const keys: string[] = []
  for await (const { key } of kept.list()) keys.push(key)
  return keys
}

describe("W3", () => {
  type Raw = "no raw" | "raw" | "bad raw"
  type Token = "no token" | "token" | "bad token"
  type Outcome = "raw" | "token" | "nothing" | "required" | "contradiction" | "bad raw" | "bad token"
  const table: [Raw, "kept" | "cleared", Token, onOptional: Outcome, onRequired: Outcome][] = [
    ["raw", "kept", "no token", "raw", "raw"],
    ["raw", "kept", "token", "raw", "raw"],
    ["raw", "kept", "bad token", "raw", "raw"],
    ["raw", "cleared", "no token", "contradiction", "raw"],
    ["raw", "cleared", "token", "contradiction", "raw"],
    ["raw", "cleared", "bad token", "contradiction", "raw"],
    ["bad raw", "kept", "no token", "bad raw", "bad raw"],
    ["bad raw", "kept", "token", "bad raw", "bad raw"],
    ["bad raw", "kept", "bad token", "bad raw", "bad raw"],
    ["bad raw", "cleared", "no token", "bad raw", "bad raw"],
    ["bad raw", "cleared", "token", "bad raw", "bad raw"],
    ["bad raw", "cleared", "bad token", "bad raw", "bad raw"],
    ["no raw", "kept", "no token", "nothing", "required"],
    ["no raw", "kept", "token", "token", "token"],
    ["no raw", "kept", "bad token", "bad token", "bad token"],
    ["no raw", "cleared", "no token", "nothing", "required"],
    ["no raw", "cleared", "token", "nothing", "token"],
    ["no raw", "cleared", "bad token", "nothing", "bad token"],
  ]
  const rows = table.flatMap(([r, c, t, optional, required]) => [
    [r, c, t, "optional", optional] as const,
    [r, c, t, "required", required] as const,
  ])

  it.each(rows)("%s, %s, %s on a field that is %s: %s", async (rawFile, cleared, token, kind, outcome) => {
    const server = await serveForm()
    const field = kind === "optional" ? "cover" : "upload"
    const parts: PartToSend[] = [title]
    if (field === "cover") parts.push(raw("upload", "other.png"))
    if (token !== "no token") {
      const good = await server.stage(field, "token.png")
      parts.push(hidden(field, token === "token" ? good : tamper(good)))
    }
    if (rawFile === "no raw") parts.push(untouched(field))
    else parts.push(raw(field, "raw.png", rawFile === "raw" ? png() : "text, not an image"))
    if (cleared === "cleared") parts.push(clear(field))

    const answer = await server.submit(parts)
    const taken = { raw: "raw.png", token: "token.png", nothing: null }[outcome as string]
    if (taken !== undefined) {
      expect(answer).toMatchObject({ status: 200, json: { result: { [field]: taken } } })
      return
    }
    expect(answer.status).toBe(422)
    const message = {
      required: "Please pick a file.",
      contradiction: "Pick a new file or tick the box to clear, not both: raw.png",
      "bad raw": "File is of type text/plain; allowed are image/*, .pdf: raw.png",
      "bad token": "The uploaded file cannot be verified. Please pick the file again.",
    }[outcome as string]
    expect(answer.json.errors).toEqual({ [field]: [message] })
    const shown = (answer.json.files[field] ?? []).map(({ name }: { name: string }) => name)
    if (outcome === "contradiction") expect(shown).toEqual(["raw.png"])
    else if (outcome === "bad raw" && token === "token" && (cleared === "kept" || kind === "required")) {
      expect(shown).toEqual(["token.png"])
    } else expect(shown).toEqual([])
    expect(server.calls).toEqual([])
  })

  it("the last of several hidden tokens of a single field counts", async () => {
    const server = await serveForm()
    const [one, two] = [await server.stage("upload", "one.png"), await server.stage("upload", "two.png")]
    const answer = await server.submit([title, hidden("upload", one), hidden("upload", two), hidden("upload", "")])
    expect(answer.json).toMatchObject({ result: { upload: "two.png" } })
  })

  it("a token in the field itself, from a form without a file input, counts like a hidden one", async () => {
    const server = await serveForm()
    const answer = await server.submit([title, text("upload", await server.stage("upload", "one.png"))])
    expect(answer.json).toMatchObject({ result: { upload: "one.png" } })
  })

  it("two raw files of a single field: neither is right, and nothing that is not shown again stays", async () => {
    const server = await serveForm()
    const answer = await server.submit([title, raw("upload", "one.png"), raw("upload", "two.png")])
    expect(answer).toMatchObject({ status: 422, json: { errors: { upload: [expect.stringContaining("1")] } } })
    const shown = answer.json.files.upload ?? []
    expect(await server.staged()).toHaveLength(shown.length)
    expect(server.calls).toEqual([])
  })
})

describe("W5", () => {
  it("a form that failed gives back what was typed, the errors and the files, by the fields' names", async () => {
    const server = await serveForm()
    const cover = await server.stage("cover", "cover.png")
    const answer = await server.submit([
      text("title", ""),
      text("unknown", "stays too"),
      text("tags", "a"),
      text("tags", "b"),
      text("tags", "c"),
      raw("upload", "日本語.png", png(300)),
      untouched("cover"),
      hidden("cover", cover),
      text("items[0].label", ""),
    ])
    expect(answer.status).toBe(422)
    expect(answer.json).toEqual({
      values: { title: "", unknown: "stays too", tags: ["a", "b", "c"], "items[0].label": "" },
      errors: { title: ["Give it a title."], "items[0].label": [expect.any(String)] },
      files: {
        upload: [{ token: expect.any(String), name: "日本語.png", size: 300, type: "image/png" }],
        cover: [{ token: cover, name: "cover.png", size: 200, type: "image/png" }],
      },
    })
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
    expect(await server.staged()).toHaveLength(2)
  })

  it.each(["items[0].label", "items.0.label"])(
    "errors stand under the name that the form has for the field: %s",
    async (name) => {
      const server = await serveForm()
      const answer = await server.submit([title, raw("upload"), text(name, "")])
      expect(Object.keys(answer.json.errors)).toEqual([name])
      expect(answer.json.values).toEqual({ title: "A title", [name]: "" })
    },
  )

  it("a form that passed is not kept by anyone either", async () => {
    const server = await serveForm()
    const answer = await server.submit([title, raw("upload")])
    expect(answer.status).toBe(200)
    expect(answer.headers.get("cache-control")).toBe("no-store")
  })
})

describe("W8", () => {
  it("a raw file outlives a failed form: its token and a mended title then pass, with the very same bytes", async () => {
    const server = await serveForm()
    const bytes = png(4321)
    const failed = await server.submit([text("title", ""), raw("upload", "one.png", bytes)])
    expect(failed).toMatchObject({ status: 422, json: { errors: { title: ["Give it a title."] } } })
    expect(await keptKeys(server)).toEqual([])
    const [{ token }] = failed.json.files.upload
    const passed = await server.submit([title, untouched("upload"), hidden("upload", token)])
    expect(passed).toMatchObject({ status: 200, json: { result: { title: "A title", upload: "one.png" } } })
    const [key = ""] = await keptKeys(server)
    const chunks: Uint8Array[] = []
    for await (const chunk of await server.kept.open(key)) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    expect(await server.staged()).toEqual([])
  })

  it("a raw file that passes at once is stored for good and waits nowhere", async () => {
    const server = await serveForm()
    expect((await server.submit([title, raw("upload")])).status).toBe(200)
    expect(await keptKeys(server)).toHaveLength(1)
    expect(await server.staged()).toEqual([])
  })

  it("the same token passes through any number of failed forms", async () => {
    const server = await serveForm()
    let token = await server.stage("upload", "one.png")
    for (let turn = 0; turn < 3; turn += 1) {
      const answer = await server.submit([text("title", ""), hidden("upload", token)])
      expect(answer.json.files.upload).toMatchObject([{ token }])
      ;[{ token }] = answer.json.files.upload
    }
    expect((await server.submit([title, hidden("upload", token)])).status).toBe(200)
  })

  it("a file refused by its field and a missing title are shown at once; the other files keep their tokens", async () => {
    const server = await serveForm()
    const answer = await server.submit([
      text("title", ""),
      raw("upload", "a.png", "text, not an image"),
      raw("cover", "cover.png"),
      raw("attachments", "big.bin", Buffer.alloc(6000)),
      raw("attachments", "small.txt", "hello"),
    ])
    expect(answer.status).toBe(422)
    expect(answer.json.errors).toEqual({
      title: ["Give it a title."],
      upload: ["File is of type text/plain; allowed are image/*, .pdf: a.png"],
      attachments: [expect.stringContaining("5 kB: big.bin")],
    })
    expect(Object.entries(answer.json.files).map(([name, all]: [string, any]) => [name, all[0].name])).toEqual([
      ["cover", "cover.png"],
      ["attachments", "small.txt"],
    ])
    expect(await server.staged()).toHaveLength(2)
    expect(server.calls).toEqual([])
  })

  it("a required file that was refused is not also said to be missing", async () => {
    const server = await serveForm()
    const answer = await server.submit([title, raw("upload", "a.png", "")])
    expect(answer.json.errors).toEqual({ upload: ["File is empty: a.png"] })
  })

  it("a refused file is refused in the app's own words, and so is a token", async () => {
    const server = await serveForm({
      messages: {
        file_empty: ({ name }) => `${name}: leer`,
        token_tampered: () => "gefälscht",
        file_and_clear: () => "was denn nun",
        file_required: () => "fehlt",
      },
    })
    const bad = tamper(await server.stage("cover", "cover.png"))
    expect((await server.submit([title, raw("upload", "a.png", ""), hidden("cover", bad)])).json.errors).toEqual({
      upload: ["a.png: leer"],
      cover: ["gefälscht"],
    })
    expect((await server.submit([title, raw("cover"), clear("cover")])).json.errors).toEqual({
      upload: ["fehlt"],
      cover: ["was denn nun"],
    })
  })

  it("a message that the schema gives itself is left as it is", async () => {
    const server = await serveForm({ messages: { file_required: () => "fehlt" } })
    expect((await server.submit([text("title", ""), raw("upload")])).json.errors).toEqual({
      title: ["Give it a title."],
    })
  })
})

describe("arrays of files", () => {
  it("kept tokens and new files come in the form's order", async () => {
    const server = await serveForm()
    const [one, two] = [await server.stage("attachments.*", "one.txt"), await server.stage("attachments.*", "two.txt")]
    const answer = await server.submit([
      title,
      raw("upload"),
      hidden("attachments", two),
      raw("attachments", "three.txt", "3"),
      hidden("attachments", one),
    ])
    expect(answer.json.result.attachments).toEqual(["two.txt", "three.txt", "one.txt"])
    expect(await server.staged()).toEqual([])
  })

  it("that are too large together are an error of the field, tokens and raw files alike, and keep their tokens", async () => {
    const server = await serveForm()
    const one = await server.stage("attachments.*", "one.bin", Buffer.alloc(5000))
    const more = ["two.bin", "three.bin"].map((name) => raw("attachments", name, Buffer.alloc(5000)))
    const answer = await server.submit([title, raw("upload"), hidden("attachments", one), ...more])
    expect(answer.json.errors).toEqual({ attachments: ["The files are 15 kB together; the limit is 12 kB."] })
    const shown: { token: string }[] = answer.json.files.attachments
    expect(shown).toHaveLength(3)
    const fewer = shown.slice(1).map(({ token }) => hidden("attachments", token))
    expect((await server.submit([title, raw("upload"), ...fewer])).json.result.attachments).toEqual([
      "two.bin",
      "three.bin",
    ])
  })

  it("are shown again in the form's order when it fails, and may be sent back in another", async () => {
    const server = await serveForm()
    const one = await server.stage("attachments.*", "one.txt")
    const failed = await server.submit([raw("upload"), raw("attachments", "two.txt", "2"), hidden("attachments", one)])
    const shown: { name: string; token: string }[] = failed.json.files.attachments
    expect(shown.map(({ name }) => name)).toEqual(["two.txt", "one.txt"])
    const again = [...shown].reverse().map(({ token }) => hidden("attachments", token))
    const answer = await server.submit([title, hidden("upload", failed.json.files.upload[0].token), ...again])
    expect(answer.json.result.attachments).toEqual(["one.txt", "two.txt"])
  })

  it("more than the schema takes is an error of the field, and all of them keep their tokens", async () => {
    const server = await serveForm()
    const one = await server.stage("attachments.*", "0.txt")
    const more = ["1", "2", "3"].map((n) => raw("attachments", `${n}.txt`, n))
    const answer = await server.submit([title, raw("upload"), hidden("attachments", one), ...more])
    expect(answer.json.errors).toEqual({ attachments: ["Three are enough."] })
    expect(answer.json.files.attachments.map(({ name }: any) => name)).toEqual(["0.txt", "1.txt", "2.txt", "3.txt"])
  })

  it("none, with its untouched input, is nothing", async () => {
    const server = await serveForm()
    const answer = await server.submit([title, raw("upload"), untouched("attachments")])
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.json.result).not.toHaveProperty("attachments")
  })

  it("the clear box drops what was kept; new files stay", async () => {
    const server = await serveForm()
    const one = await server.stage("attachments.*", "one.txt")
    const parts = [title, raw("upload"), hidden("attachments", one), clear("attachments")]
    expect((await server.submit(parts)).json.result).not.toHaveProperty("attachments")
    const two = await server.stage("attachments.*", "two.txt")
    const again = [
      title,
      raw("upload"),
      hidden("attachments", two),
      clear("attachments"),
      raw("attachments", "new.txt", "n"),
    ]
    expect((await server.submit(again)).json.result.attachments).toEqual(["new.txt"])
  })

  it("one bad token among good ones: the error stands at the field, and only the good ones are shown again", async () => {
    const server = await serveForm()
    const [one, bad, three] = [
      await server.stage("attachments.*", "one.txt"),
      await server.stage("upload", "bad.png"),
      await server.stage("attachments.*", "three.txt"),
    ]
    const answer = await server.submit([
      title,
      raw("upload"),
      ...[one, bad, three].map((each) => hidden("attachments", each)),
    ])
    expect(answer.json.errors).toEqual({
      attachments: ["The file was uploaded for another field. Please pick the file again."],
    })
    expect(answer.json.files.attachments.map(({ name }: any) => name)).toEqual(["one.txt", "three.txt"])
  })

  it.each(["attachments[0]", "attachments.0"])("an entry may have its own field: %s", async (name) => {
    const server = await serveForm()
    const good = await server.stage("attachments.*", "one.txt")
    expect((await server.submit([title, raw("upload"), hidden(name, good)])).json.result.attachments).toEqual([
      "one.txt",
    ])
    const bad = await server.stage("upload", "bad.png")
    const answer = await server.submit([title, raw("upload"), hidden(name, bad)])
    expect(answer.json.errors).toEqual({ [name]: [expect.stringContaining("another field")] })
    expect(answer.json.files[name] ?? []).toEqual([])
  })
})

describe("nested fields", () => {
  it.each(["items[0].photo", "items.0.photo"])("a file, a token and a clear box of %s", async (name) => {
    const server = await serveForm()
    const label = text(name.replace("photo", "label"), "x")
    const failed = await server.submit([text("title", ""), raw("upload"), label, raw(name, "photo.png")])
    expect(Object.keys(failed.json.errors)).toEqual(["title"])
    const [{ token }] = failed.json.files[name]
    const [{ token: uploaded }] = failed.json.files.upload
    const kept = [text("title", ""), hidden("upload", uploaded), label, untouched(name), hidden(name, token)]
    expect((await server.submit(kept)).json.files[name]).toMatchObject([{ token, name: "photo.png" }])
    const passed = await server.submit([title, ...kept.slice(1)])
    expect(passed.json.result.items).toEqual([{ label: "x", photo: "photo.png" }])
    const cleared = await server.submit([
      title,
      raw("upload"),
      label,
      hidden(name, await server.stage("items.*.photo", "b.png")),
      clear(name),
    ])
    expect(cleared.json.result.items).toEqual([{ label: "x" }])
  })

  it("errors of nested files stand at their own place, and others keep theirs", async () => {
    const server = await serveForm()
    const [good, bad] = [await server.stage("items.*.photo", "good.png"), await server.stage("cover", "bad.png")]
    const answer = await server.submit([
      title,
      raw("upload"),
      text("items[0].label", "a"),
      hidden("items[0].photo", good),
      text("items[1].label", "b"),
      hidden("items[1].photo", bad),
      text("items[2].label", "c"),
      raw("items[2].photo", "text.png", "text"),
    ])
    expect(answer.json.errors).toEqual({
      "items[1].photo": [expect.stringContaining("another field")],
      "items[2].photo": [expect.stringContaining("text/plain")],
    })
    expect(answer.json.files["items[0].photo"]).toMatchObject([{ name: "good.png" }])
    expect(answer.json.files["items[1].photo"] ?? []).toEqual([])
  })
})

describe("P2", () => {
  const cases: [string, (server: FormServed) => Promise<string>, string][] = [
    ["of another field", (server) => server.stage("cover", "a.png"), "The file was uploaded for another field."],
    [
      "of another person",
      (server) => server.stage("upload", "a.png", png(), "bob"),
      "The file was uploaded by someone else.",
    ],
    ["that was tampered with", async (server) => tamper(await server.stage("upload", "a.png")), "cannot be verified"],
    ["that is nonsense", async () => "nonsense", "This is not an uploaded file."],
    [
      "that was used",
      async (server) => {
        const token = await server.stage("upload", "a.png")
        expect((await server.submit([title, hidden("upload", token)])).status).toBe(200)
        return token
      },
      "The uploaded file was submitted already: a.png.",
    ],
    [
      "whose file is gone",
      async (server) => {
        const token = await server.stage("upload", "a.png")
        await server.request("DELETE", "/uploads/submission.create/upload", { "x-sticky-token": token })
        return token
      },
      "The uploaded file is no longer there: a.png.",
    ],
    [
      "that has expired",
      async (server) => {
        const token = await server.stage("upload", "a.png")
        vi.useFakeTimers({ toFake: ["Date"] })
        onTestFinished(() => void vi.useRealTimers())
        vi.setSystemTime(Date.now() + 61_000)
        return token
      },
      "The upload has expired: a.png.",
    ],
  ]

  it.each(cases)("a token %s is an error of its field and is not shown again", async (_, make, message) => {
    const server = await serveForm({ expiresInSeconds: 60 })
    const token = await make(server)
    const calls = server.calls.length
    const answer = await server.submit([text("title", ""), hidden("upload", token), raw("cover", "cover.png")])
    expect(answer.status).toBe(422)
    expect(answer.json.errors).toEqual({ title: ["Give it a title."], upload: [expect.stringContaining(message)] })
    expect(answer.json.errors.upload[0]).toMatch(/Please pick the file again\.$/)
    expect(answer.json.files.upload ?? []).toEqual([])
    expect(answer.json.files.cover).toMatchObject([{ name: "cover.png" }])
    expect(JSON.stringify(answer.json.values)).not.toContain(token)
    expect(server.calls).toHaveLength(calls)
  })
})

describe("P8", () => {
  it("of two racing forms with one token exactly one wins; the other is told so at the field", async () => {
    const server = await serveForm()
    const token = await server.stage("upload", "a.png")
    const answers = await Promise.all(Array.from({ length: 4 }, () => server.submit([title, hidden("upload", token)])))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, json } of answers.filter((each) => each.status !== 200)) {
      expect(status).toBe(422)
      expect(json.errors).toEqual({ upload: [expect.stringContaining("a.png")] })
    }
    expect(await keptKeys(server)).toHaveLength(1)
    expect(await server.staged()).toEqual([])
  })
})

describe("a procedure that fails", () => {
  it("with a TRPCError for people: its message stands under the whole form, and every file stays", async () => {
    const server = await serveForm({
      mutate: async ({ input, kept }) => {
        await input.upload.promote(kept)
        throw new TRPCError({ code: "CONFLICT", message: "There is one of this title already." })
      },
    })
    const token = await server.stage("cover", "cover.png")
    const answer = await server.submit([title, raw("upload"), hidden("cover", token)])
    expect(answer).toMatchObject({ status: 422, json: { errors: { "": ["There is one of this title already."] } } })
    expect(answer.json.files).toMatchObject({ upload: [{ name: "raw.png" }], cover: [{ token }] })
    expect(await keptKeys(server)).toEqual([])
    expect(await server.staged()).toHaveLength(2)
    expect(server.thrown).toEqual([])
  })

  it("with a StickyError of a file: it stands at the file's field", async () => {
    const server = await serveForm({
      mutate: async ({ input, kept }) => {
        await input.upload.discard()
        await input.upload.promote(kept)
      },
    })
    const answer = await server.submit([title, raw("upload")])
    expect(answer.status).toBe(422)
    expect(Object.values(answer.json.errors)).toHaveLength(1)
  })

  const breakages: [string, () => unknown][] = [
    ["a plain Error", () => new Error("the database is down")],
    [
      "an INTERNAL_SERVER_ERROR",
      () => new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: "the database is down" }),
    ],
    ["a ZodError of something that is not the input", () => z.object({ row: z.string() }).safeParse({}).error],
    ["an Error whose cause is a ZodError", () => new Error("bad row", { cause: z.string().safeParse(1).error })],
    [
      "a failing storage",
      () => new StickyError("storage_failed", { storage: "s", operation: "promote" }, "the disk is full"),
    ],
  ]

  it.each(breakages)(
    "with %s: Express's error handler has it, nothing of this request stays, and hidden tokens are good again",
    async (_, make) => {
      let fails = true
      const server = await serveForm({
        mutate: async ({ input, kept }) => {
          await input.upload.promote(kept)
          await input.cover?.promote(kept)
          if (fails) throw make()
          return { cover: input.cover?.name }
        },
      })
      const token = await server.stage("cover", "cover.png")
      const answer = await server.submit([
        title,
        raw("upload"),
        raw("attachments", "a.txt", "a"),
        hidden("cover", token),
      ])
      expect(answer).toMatchObject({ status: 500, json: { caught: true } })
      expect(server.thrown).toHaveLength(1)
      expect(await keptKeys(server)).toEqual([])
      expect(await server.left()).toHaveLength(1)
      fails = false
      const again = await server.submit([title, raw("upload"), hidden("cover", token)])
      expect(again).toMatchObject({ status: 200, json: { result: { cover: "cover.png" } } })
    },
  )

  it("while it is asked whether the rest is right, as a file was refused, is not called at all", async () => {
    const server = await serveForm()
    const answer = await server.submit([title, raw("upload"), raw("cover", "a.png", "text")])
    expect(answer.json.errors).toEqual({ cover: [expect.stringContaining("text/plain")] })
    expect(answer.json.files).toMatchObject({ upload: [{ name: "raw.png" }] })
    expect(server.calls).toEqual([])
  })
})

describe("text fields", () => {
  it("one ticked box is an array of one where the schema has an array", async () => {
    const server = await serveForm()
    expect((await server.submit([title, raw("upload"), text("tags", "a")])).json.result.tags).toEqual(["a"])
  })

  it("a repeated name is an array, in the form's order", async () => {
    const server = await serveForm()
    const answer = await server.submit([title, text("tags", "b"), raw("upload"), text("tags", "a")])
    expect(answer.json.result.tags).toEqual(["b", "a"])
  })

  it("a name repeated where the schema has one value is an error of the field, and both values are shown again", async () => {
    const server = await serveForm()
    const answer = await server.submit([title, text("title", "Another"), raw("upload")])
    expect(answer).toMatchObject({ status: 422, json: { errors: { title: [expect.any(String)] } } })
    expect(answer.json.values.title).toEqual(["A title", "Another"])
  })

  it("are read as UTF-8, whatever the part says", async () => {
    const server = await serveForm()
    const part = {
      head: 'Content-Disposition: form-data; name="title"\r\nContent-Type: text/plain',
      bytes: "日本語 \r\n--x",
    }
    expect((await server.submit([part, raw("upload")])).json.result.title).toBe("日本語 \r\n--x")
  })

  it("that are no field of the schema are no matter", async () => {
    const server = await serveForm()
    const parts = [
      title,
      text("_csrf", "token"),
      text("upload-note", "x"),
      text("_", ""),
      text("-clear", "on"),
      raw("upload"),
    ]
    expect((await server.submit(parts)).status).toBe(200)
  })

  it("file fields that the schema does not know are skipped and stored nowhere", async () => {
    const server = await serveForm()
    const parts = [title, raw("unknown", "u.png"), raw("upload"), raw("title", "t.png"), raw("items", "i.png")]
    expect((await server.submit(parts)).status).toBe(200)
    expect(await server.left()).toHaveLength(1)
    expect(await server.staged()).toEqual([])
  })

  it("a file of a known field with bytes but without a name is a file all the same", async () => {
    const server = await serveForm()
    const answer = await server.submit([title, raw("upload", "", png(300))])
    expect(answer).toMatchObject({ status: 200, json: { result: { upload: "unnamed" } } })
    const [key = ""] = await keptKeys(server)
    expect(await server.kept.stat(key)).toMatchObject({ size: 300 })
  })
})

describe("P4", () => {
  it.each<[string, Record<string, string | number>, number, string]>([
    ["cross-site", { "Sec-Fetch-Site": "cross-site", "X-User": "" }, 403, "origin_refused"],
    ["of another origin", { Origin: "https://evil.example" }, 403, "origin_refused"],
    ["not authorised", { "X-User": "", "Content-Length": 900_000_000 }, 403, "upload_forbidden"],
    ["too large", { "Content-Length": 900_000_000 }, 413, "body_too_large"],
    ["urlencoded", { "Content-Type": "application/x-www-form-urlencoded" }, 415, "content_type_unsupported"],
    ["JSON", { "Content-Type": "application/json" }, 415, "content_type_unsupported"],
    ["gzip", { "Content-Encoding": "gzip" }, 415, "content_type_unsupported"],
    ["without a boundary", { "Content-Type": "multipart/form-data" }, 400, "multipart_malformed"],
  ])("a form that is %s is refused before a byte of it is sent", async (_, headers, status, code) => {
    const server = await serveForm({ authorize: ({ ctx }) => Boolean(ctx.user) })
    const wire = await server.wire()
    const declared = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": 1000 }
    await wire.send(head("POST", "/submissions", { ...declared, ...headers }))
    const answer = await wire.answer()
    expect(answer).toMatchObject({ status, json: { is_valid: false, code } })
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" })
    expect(await server.left()).toEqual([])
    expect(server.thrown).toEqual([])
  })

  it("a person whose request is refused reads a page, and a script JSON", async () => {
    const server = await serveForm({ authorize: () => false })
    const parts = [title, raw("upload")]
    const page = await server.submit(parts, { Accept: "text/html,application/xhtml+xml" })
    expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"])
    expect(page.text).toContain("<h1>You are not allowed to upload here.</h1>")
    expect(page.headers.get("cache-control")).toBe("no-store")
    expect((await server.submit(parts)).json).toMatchObject({ code: "upload_forbidden" })
  })

  it("authorize is asked about every file field, and a file for a field that it refuses is refused there alone", async () => {
    const asked: string[] = []
    const server = await serveForm({
      authorize: ({ target }) => {
        asked.push(target)
        return target !== "submission.create/cover"
      },
    })
    const refused = await server.submit([title, raw("upload"), raw("cover")])
    expect(refused).toMatchObject({ status: 422, json: { errors: { cover: ["You are not allowed to upload here."] } } })
    expect(Object.keys(refused.json.errors)).toEqual(["cover"])
    expect(refused.json.files.upload).toHaveLength(1)
    expect(asked).toContain("submission.create/upload")
    expect((await server.submit([title, raw("upload")])).status).toBe(200)
  })

  it("authorize that breaks goes to Express's error handler", async () => {
    const server = await serveForm({ authorize: async () => Promise.reject(new Error("the database is down")) })
    expect(await server.submit([title, raw("upload")])).toMatchObject({ status: 500, json: { caught: true } })
    expect(server.thrown).toMatchObject([{ message: "the database is down" }])
    expect(await server.left()).toEqual([])
  })
})

describe("P6", () => {
  const limits: [string, PartToSend[], number, string][] = [
    ["over 1 MiB of text", [raw("upload"), text("title", "x".repeat(1_048_577))], 413, "multipart_limit"],
    [
      "over 1 MiB of text in many fields",
      [raw("upload"), ...Array.from({ length: 11 }, (_, at) => text(`t${at}`, "x".repeat(100_000)))],
      413,
      "multipart_limit",
    ],
    [
      "over twenty files",
      Array.from({ length: 21 }, (_, at) => raw("attachments", `${at}.txt`, "x")),
      400,
      "too_many_files",
    ],
    [
      "over twenty files, all refused",
      Array.from({ length: 21 }, () => raw("upload", "a.png", "text")),
      400,
      "too_many_files",
    ],
    [
      "over a thousand parts",
      [raw("upload"), ...Array.from({ length: 1000 }, () => text("a", ""))],
      413,
      "multipart_limit",
    ],
  ]

  it.each(limits)("a form with %s is refused, and nothing of it stays", async (_, parts, status, code) => {
    const server = await serveForm()
    expect(await server.submit(parts)).toMatchObject({ status, json: { is_valid: false, code } })
    expect(await server.left()).toEqual([])
    expect(server.calls).toEqual([])
  })

  it("as many files as maxFiles says pass, and untouched inputs are none of them", async () => {
    const server = await serveForm({ maxFiles: 2 })
    const blanks = Array.from({ length: 5 }, () => untouched("attachments"))
    expect((await server.submit([title, ...blanks, raw("upload"), raw("cover")])).status).toBe(200)
    expect(await server.submit([title, raw("upload"), raw("cover"), raw("attachments", "a", "a")])).toMatchObject({
      status: 400,
      json: { code: "too_many_files", details: { maxFiles: 2 } },
    })
  })

  it("a storage that fails at the second file: Express's error handler has it, and the first file goes", async () => {
    let writes = 0
    const server = await serveForm({
      wrap: (inner) =>
        double(inner, {
          write: async (key, source) => {
            writes += 1
            if (writes === 2) throw new StickyError("storage_failed", { storage: "double", operation: "write" }, "full")
            return inner.write(key, source)
          },
        }),
    })
    const answer = await server.submit([title, raw("upload"), raw("cover"), raw("attachments", "a", "a")])
    expect(answer).toMatchObject({ status: 500, json: { caught: true } })
    expect(server.thrown).toMatchObject([{ code: "storage_failed" }])
    expect(await server.left()).toEqual([])
  })

  it.each([
    ["in its first file", 400],
    ["after its first file", 5300],
  ])("a client killed %s leaves nothing", async (_, sent) => {
    const server = await serveForm()
    const wire = await server.wire()
    const body = multipart(raw("upload", "a.png", png(5000)), raw("cover", "b.png", png(5000)))
    await wire.send(
      head("POST", "/direct-form", { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }),
    )
    await wire.send(body.subarray(0, sent))
    await server.request("OPTIONS", "doc/any")
    const { req } = server.requests.find((each) => each.req.method === "POST")!
    wire.socket.resetAndDestroy()
    if (!req.closed) await once(req, "close").catch(() => undefined)
    await Promise.all(server.ends)
    expect(await server.left()).toEqual([])
    expect(server.thrown).toEqual([])
    expect(server.calls).toEqual([])
  })

  /** A form server that tells when it removed a staged file. */
  async function serveWatched(options: FormServeOptions) {
    const removed = gate<string>()
    const server = await serveForm({
      ...options,
      wrap: (inner) =>
        double(inner, {
          remove: async (key) => {
            await inner.remove(key)
            if (/^staged\.[^.]+$/.test(key)) removed.open(key)
          },
        }),
    })
    return { ...server, removed: removed.opened }
  }

  it("a client gone before it has its files' tokens: they go too, as nobody will ever bring them back", async () => {
    const called = gate()
    const goOn = gate()
    const server = await serveWatched({
      mutate: async () => {
        called.open()
        await goOn.opened
        throw new TRPCError({ code: "CONFLICT" })
      },
    })
    const token = await server.stage("cover", "cover.png")
    const wire = await server.wire()
    const body = multipart(title, raw("upload"), hidden("cover", token))
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
    await wire.send(head("POST", "/submissions", headers))
    await wire.send(body)
    await called.opened
    expect(await server.staged()).toHaveLength(2)
    const { res } = server.requests.find((each) => each.req.url === "/submissions")!
    const gone = once(res, "close")
    wire.socket.resetAndDestroy()
    await gone
    goOn.open()
    await server.removed
    expect(await server.staged()).toHaveLength(1)
    expect((await server.submit([title, raw("upload"), hidden("cover", token)])).json.errors).toEqual({
      "": ["CONFLICT"],
    })
  })

  it("a client gone while its failed form is made anew: its files go too", async () => {
    const asked = gate()
    const goOn = gate()
    const server = await serveWatched({
      invalid: async ({ res, form }) => {
        asked.open()
        await goOn.opened
        res.status(422).json(form)
      },
    })
    const wire = await server.wire()
    const body = multipart(text("title", ""), raw("upload"))
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
    await wire.send(Buffer.concat([Buffer.from(head("POST", "/submissions", headers)), body]))
    await asked.opened
    wire.socket.resetAndDestroy()
    await server.removed
    goOn.open()
    expect(await server.staged()).toEqual([])
  })

  it("a failed form that could not be shown: the answer had no tokens, so its files go", async () => {
    const server = await serveWatched({
      invalid: () => {
        throw new Error("no such template")
      },
    })
    expect(await server.submit([text("title", ""), raw("upload")])).toMatchObject({
      status: 500,
      json: { caught: true },
    })
    await server.removed
    expect(await server.staged()).toEqual([])
  })

  it("an undo that fails is told to onError, and the form is answered all the same", async () => {
    const server = await serveForm({
      wrap: (inner) =>
        double(inner, {
          remove: async () => {
            throw new Error("the disk is read-only")
          },
        }),
    })
    const answer = await server.submit([title, raw("upload", "one.png"), raw("upload", "two.png")])
    expect(answer.status).toBe(422)
    expect(server.errors).toMatchObject([{ message: "the disk is read-only" }, { message: "the disk is read-only" }])
  })
})
