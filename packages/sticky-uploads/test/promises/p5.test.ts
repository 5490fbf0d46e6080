import { createTempStorage, type Storage } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { double } from "../support/doubles.js"
import { boundary, multipart, png, text, upload } from "../support/multipart.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { serve, temporaryDirectory } from "../support/serve.js"
import { serveForm } from "../support/serve-form.js"

expectNoStrayErrors()

const quotas = { uploadsPerMinute: false } as const

/** A storage that has what it was given only some time after it said so, or never: the worst that still says so. */
const forgetful = (inner: Storage): Storage =>
  double(inner, {
    async write(_key, source) {
      let size = 0
      for await (const chunk of source) size += chunk.length
      return { size }
    },
  })

describe("P5: a file has a token only when every byte of it is written and the storage said so", () => {
  it("a body that ends before its last boundary, wherever that is, has none", async () => {
    const server = await serve({ quotas })
    const body = multipart(upload(png(40)))
    const whole = body.lastIndexOf(`--${boundary}--`) + `--${boundary}--`.length
    for (let length = 1; length < whole; length += 1) {
      const { status, json } = await server.post("doc/image", body.subarray(0, length))
      expect({ length, status, is_valid: json.is_valid }).toEqual({ length, status: 400, is_valid: false })
      expect(json).not.toHaveProperty("stored")
    }
    expect(await server.left()).toEqual([])
    expect((await server.post("doc/image", body.subarray(0, whole))).json).toMatchObject({ is_valid: true, size: 40 })
  })

  it.each([0, 1, 2, 3])("a form whose file number %i cannot be written has none for any of its files", async (bad) => {
    let writes = 0
    const server = await serveForm({
      wrap: (inner) =>
        double(inner, {
          write(key, source) {
            writes += 1
            if (writes > bad) throw new Error("the disk is full")
            return inner.write(key, source)
          },
        }),
    })
    const attachments = [1, 2, 3].map((at) => ({ name: "attachments", filename: `${at}.txt`, bytes: `${at}` }))
    const picture = { name: "upload", filename: "a.png", bytes: png() }
    const answer = await server.submit([text("title", ""), picture, ...attachments])
    expect(answer).toMatchObject({ status: 500, json: { caught: true } })
    expect([await server.left(), server.calls]).toEqual([[], []])
  })

  it("a storage that forgets what it said it has costs an error at submit, and never an empty copy", async () => {
    const server = await serveForm({ wrap: forgetful })
    const token = await server.stage("upload", "a.png")
    const answer = await server.submit([text("title", "x"), text("_upload", token)])
    expect(answer).toMatchObject({ status: 422, json: { errors: { upload: [expect.stringContaining("no longer")] } } })
    expect(server.calls).toEqual([])
  })

  it("a copy that came out shorter is no copy: the call fails, and the token stays good", async () => {
    const directory = await temporaryDirectory()
    const kept = createTempStorage({ directory, name: "kept" })
    let isCut = true
    const short = double(kept, {
      copyFrom: undefined as never,
      write: (key, source) =>
        kept.write(
          key,
          (async function* () {
            for await (const chunk of source) yield isCut ? chunk.subarray(1) : chunk
          })(),
        ),
    })
    const server = await serveForm({ mutate: ({ input }) => input.upload.promote(short) })
    const token = await server.stage("upload", "a.png")
    const send = () => server.submit([text("title", "x"), text("_upload", token)])
    expect((await send()).status).toBe(500)
    const keys: string[] = []
    for await (const { key } of kept.list()) keys.push(key)
    expect(keys).toEqual([])
    isCut = false
    expect((await send()).status).toBe(200)
  })
})
