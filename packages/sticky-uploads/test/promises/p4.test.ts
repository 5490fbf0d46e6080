import type { Readable } from "node:stream"
import { english, type StickyErrorCode } from "sticky-uploads"
import { describe, expect, it } from "vitest"
import { double, gate } from "../support/doubles.js"
import { file, multipart, multipartType, png, text, upload } from "../support/multipart.js"
import { expectNoStrayErrors } from "../support/process-health.js"
import { type FormServeOptions, serveForm } from "../support/serve-form.js"

expectNoStrayErrors()

const endpoint = "/uploads/submission.create/upload"
const body = multipart(upload(png(4000)), file("upload", "b.png", png(4000)), text("title", "x"))
const good = { "x-user": "ann", "content-type": multipartType }

/** What is known of a request's body in the moment in which its refusal is put into words. */
interface Moment {
  code: string
  isRead: boolean
}

/** Serves with words that look at the request they are for. */
async function watch(options: FormServeOptions) {
  const moments: Moment[] = []
  const look = (code: string, req: Readable | undefined) =>
    moments.push({ code, isRead: req === undefined || req.readableDidRead || req.readableFlowing !== null })
  const server = await serveForm({
    ...options,
    messages: ({ req }) =>
      Object.fromEntries(
        (Object.keys(english) as StickyErrorCode[]).map((code) => [
          code,
          () => {
            look(code, req)
            return code
          },
        ]),
      ),
  })
  return { server, moments }
}

interface Case extends FormServeOptions {
  headers?: Record<string, string>
  /** Takes what there is before the request that is refused. */
  before?: (server: Awaited<ReturnType<typeof serveForm>>) => Promise<unknown>
}

const cases: [StickyErrorCode, Case][] = [
  ["origin_refused", { headers: { "sec-fetch-site": "cross-site" } }],
  ["upload_forbidden", { authorize: () => false }],
  ["upload_forbidden", { authorize: async () => "yes" as never }],
  ["body_too_large", { headers: { "content-length": "999999999" } }],
  ["content_type_unsupported", { headers: { "content-type": "application/json" } }],
  ["content_type_unsupported", { headers: { "content-encoding": "gzip" } }],
  ["multipart_malformed", { headers: { "content-type": "multipart/form-data" } }],
  [
    "too_many_uploads",
    { quotas: { uploadsPerMinute: 1 }, before: (server) => server.stage("upload", "a.png", png(100)) },
  ],
]
const atEndpoint: typeof cases = [...cases, ["too_many_bytes", { quotas: { waitingBytes: 1000 } }]]

describe("P4: not one byte of a body is read before everything that can be known without it has passed", () => {
  for (const [path, all] of [
    [endpoint, atEndpoint],
    ["/submissions", cases],
  ] as const) {
    it.each(all)(`${path} refuses with %s while its body lies there untouched (%#)`, async (code, given) => {
      const { headers = {}, before, ...options } = given
      const { server, moments } = await watch(options)
      await before?.(server)
      const wire = await server.wire()
      const sent = { host: "127.0.0.1", ...good, "content-length": `${body.length}`, ...headers }
      const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}`)
      // In one piece, so that the body has arrived with the head.
      await wire.send(Buffer.concat([Buffer.from([`POST ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n")), body]))
      expect((await wire.answer()).json).toMatchObject({ is_valid: false, code })
      expect(moments).toEqual([{ code, isRead: false }])
      expect(await server.staged()).toHaveLength(before ? 1 : 0)
      expect(server.calls).toEqual([])
    })
  }

  it("a process that has as many uploads as it takes reads nothing of one more, and takes it later", async () => {
    const begun = gate()
    const goOn = gate()
    const { server, moments } = await watch({
      quotas: { uploadsAtOnce: 1 },
      wrap: (inner) =>
        double(inner, {
          async write(key, source) {
            begun.open()
            await goOn.opened
            return inner.write(key, source)
          },
        }),
    })
    const first = server.stage("upload", "a.png")
    await begun.opened
    const refused = await server.post(endpoint, [upload(png())])
    expect(refused).toMatchObject({ status: 503, json: { code: "server_busy" } })
    expect(refused.headers.get("retry-after")).toBe("1")
    expect(moments).toEqual([{ code: "server_busy", isRead: false }])
    goOn.open()
    await first
    await server.stage("upload", "b.png")
  })

  it("nobody is asked who they are for a request that can be refused without", async () => {
    let asked = 0
    const { server } = await watch({
      authorize: () => {
        asked += 1
        return true
      },
    })
    const cross = { ...good, "sec-fetch-site": "cross-site" }
    await server.post(endpoint, [upload(png())], cross)
    await server.submit([text("title", "x")], cross)
    await server.post("/uploads/submission.create/nothing", [upload(png())])
    await server.request("PUT", endpoint)
    expect(asked).toBe(0)
  })
})
