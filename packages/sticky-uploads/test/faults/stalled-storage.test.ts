import type { Storage } from "sticky-uploads/server"
import { describe, expect, it } from "vitest"
import { double, gate, tapped } from "../support/doubles.js"
import { file, multipart, multipartType, png, text, upload } from "../support/multipart.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { type Served, serve } from "../support/serve.js"
import { serveForm } from "../support/serve-form.js"
import { head } from "../support/wire.js"

expectNoStrayErrors()

const big = multipart(upload(Buffer.alloc(8_000_000, "0123456789abcdef"), "big.txt"))
const soon = { maxUploadSeconds: 0.5, idleSeconds: 0.25 }
const failed = { status: 503, json: { is_valid: false, code: "storage_failed" } }

type Write = Storage["write"]
type Stall = (write: Write, goOn: Promise<void>) => Write

/** Doubles of a storage that stands still, each around the real one, until the gate opens. */
const stalls: { when: string; isBig: boolean; stall: Stall }[] = [
  {
    when: "before it opens a file",
    isBig: false,
    stall: (write, goOn) => (key, source) => goOn.then(() => write(key, source)),
  },
  {
    when: "in the middle of a file",
    isBig: true,
    stall: (write, goOn) => (key, source) =>
      write(
        key,
        tapped(source, (total) => (total > 1_000_000 ? goOn : undefined)),
      ),
  },
  {
    when: "as it has all of a file",
    isBig: false,
    stall: (write, goOn) => (key, source) =>
      write(
        key,
        (async function* () {
          yield* source
          await goOn
        })(),
      ),
  },
  {
    when: "after it has stored a file",
    isBig: false,
    stall: (write, goOn) => (key, source) => write(key, source).finally(() => goOn),
  },
]

/** An app whose storage stands still with the first file it is given. */
async function serveStalled(stall: Stall) {
  const begun = gate()
  const goOn = gate()
  let first: Promise<unknown> | undefined
  const removals: Promise<unknown>[] = []
  const server = await serve({
    ...soon,
    quotas: { uploadsAtOnce: 1 },
    wrap: (inner) =>
      double(inner, {
        write(key, source) {
          if (first) return inner.write(key, source)
          const written = stall(inner.write, goOn.opened)(key, source)
          first = written.catch(() => undefined)
          begun.open()
          return written
        },
        remove(key) {
          const removal = inner.remove(key)
          removals.push(removal)
          return removal
        },
      }),
  })
  return {
    ...server,
    begun: begun.opened,
    /** Lets the storage go on, and resolves when all that comes of it is done. */
    async goOn() {
      goOn.open()
      await first
      await new Promise((resolve) => setImmediate(resolve))
      await Promise.all(removals)
    },
  }
}

/** Sends a file: one that does not fit on the way where that matters, or else one that is there at once. */
async function send(server: Served, { path, isBig }: { path: string; isBig: boolean }) {
  const body = isBig ? big : multipart(upload(png()))
  const wire = await server.wire()
  const headers = { "X-User": "ann", "Content-Type": multipartType, "Content-Length": body.length }
  void wire.send(head("POST", path, headers))
  void wire.send(body)
  return wire
}

describe("P7: a storage that stands still", () => {
  it.each(stalls)(
    "$when keeps nobody waiting for ever, and what it does later does not stay",
    async ({ isBig, stall }) => {
      const server = await serveStalled(stall)
      expect(await (await send(server, { path: "/sticky/doc/any", isBig })).answer()).toMatchObject(failed)
      expect(server.errors).toMatchObject([
        { code: "storage_failed", cause: { message: "it took longer than 0.75 s" } },
      ])
      // Its place is free again, though the storage still has the file.
      expect(await server.post("doc/image", [upload(png())])).toMatchObject({ status: 200, json: { is_valid: true } })
      await server.goOn()
      expect(await server.left()).toHaveLength(1)
      expect(server.errors).toHaveLength(1)
    },
  )

  it("holds the place of a client that is gone no longer", async () => {
    const server = await serveStalled((_, goOn) => () => goOn.then(() => ({ size: 0 })))
    const wire = await send(server, { path: "/direct/doc/any", isBig: true })
    await server.begun
    wire.socket.resetAndDestroy()
    await wire.closed
    await server.handled[0]
    expect(await server.post("doc/image", [upload(png())])).toMatchObject({ status: 200 })
    await server.goOn()
    expect(await server.left()).toHaveLength(1)
  })

  it("as a refused file is removed: the client is told why it was refused", async () => {
    const server = await serve({ ...soon, wrap: (inner) => double(inner, { remove: () => gate().opened }) })
    const answer = await server.post("doc/image", [upload(png()), upload(png())])
    expect(answer).toMatchObject({ status: 400, json: { code: "too_many_files" } })
    expect(server.errors).toMatchObject([{ code: "storage_failed", details: { operation: "remove" } }])
  })

  it("with a form's file ends the form, and the next form is taken", async () => {
    let isStalled = true
    const server = await serveForm({
      ...soon,
      wrap: (inner) =>
        double(inner, { write: (key, source) => (isStalled ? gate<never>().opened : inner.write(key, source)) }),
    })
    const form = [text("title", "A picture"), file("upload", "a.png", png())]
    expect(await server.submit(form)).toMatchObject({ status: 500 })
    expect(server.thrown).toMatchObject([{ code: "storage_failed" }])
    isStalled = false
    expect(await server.submit(form)).toMatchObject({ status: 200 })
    expect(await server.staged()).toEqual([])
  })
})
