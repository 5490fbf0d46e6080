import { stickyForm } from "sticky-uploads/express"
import type { StickyFile } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { describe, expect, it, onTestFinished } from "vitest"
import { zfd } from "zod-form-data"
import { type Context, createParts, png, serve } from "../support/app.js"

const given = () => new File([png], "../portrait.png", { type: "text/plain" })

/** An app whose procedures tell all that can be seen of the file they get. */
async function serveLooking() {
  const parts = createParts()
  const look = async (upload: StickyFile) => {
    const { key, ...stored } = await upload.promote(parts.uploads)
    return { name: upload.name, size: upload.size, type: upload.type, key: typeof key, stored }
  }
  const read = async (upload: StickyFile) => {
    let streamed = 0
    for await (const chunk of upload.stream()) streamed += chunk.length
    const bytes = Buffer.from(await upload.arrayBuffer())
    return { streamed, isSame: bytes.equals(png), text: (await upload.text()).includes("PNG") }
  }
  const seen = async (upload: StickyFile) => ({ ...(await read(upload)), ...(await look(upload)) })
  const field = z.stickyFile({ maxBytes: 1000, accept: ["image/*"] })
  const router = parts.router({
    json: parts.procedure.input(z.object({ upload: field })).mutation(({ input }) => seen(input.upload)),
    form: parts.procedure.input(zfd.formData({ upload: field })).mutation(({ input }) => seen(input.upload)),
  })
  const server = await serve(parts.sticky, router)
  const createContext = ({ req }: { req: { headers: Record<string, unknown> } }): Context => ({
    user: req.headers["x-user"] as string,
  })
  server.app.post(
    "/plain",
    stickyForm({
      sticky: parts.sticky,
      router,
      createContext,
      procedure: "json",
      success: ({ res, result }) => res.json(result),
      invalid: ({ res, form }) => res.status(422).json(form),
    }),
  )
  onTestFinished(async () => {
    await server.close()
    parts.remove()
  })

  async function submit(path: string, body: FormData | string) {
    const type: Record<string, string> = typeof body === "string" ? { "content-type": "application/json" } : {}
    const headers = { "x-user": "ann", ...type }
    const answer = await (await fetch(`${server.url}${path}`, { method: "POST", body, headers })).json()
    return answer.result?.data ?? answer
  }
  return { ...server, submit }
}

function formOf(fields: Record<string, string | File>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}

describe("W10 code behind the field gets one kind of file, whether it came raw or as a token", () => {
  it("by tRPC and by a plain form, what it says and what can be done with it are the same", async () => {
    const app = await serveLooking()
    const expected = {
      name: "portrait.png",
      size: png.length,
      type: "image/png",
      streamed: png.length,
      isSame: true,
      text: true,
      key: "string",
      stored: { storage: "disk", name: "portrait.png", size: png.length, type: "image/png" },
    }
    const ways = {
      "a token in JSON": await app.submit(
        "/trpc/json",
        JSON.stringify({ upload: await app.upload("json/upload", given()) }),
      ),
      "a token in FormData": await app.submit(
        "/trpc/form",
        formOf({ upload: await app.upload("form/upload", given()) }),
      ),
      "a raw file in FormData": await app.submit("/trpc/form", formOf({ upload: given() })),
      "a token in a plain form": await app.submit(
        "/plain",
        formOf({ _upload: await app.upload("json/upload", given()) }),
      ),
      "a raw file in a plain form": await app.submit("/plain", formOf({ upload: given() })),
    }
    expect(ways).toEqual(Object.fromEntries(Object.keys(ways).map((way) => [way, expected])))
  })
})
