import { metrics, trace } from "@opentelemetry/api"
import { DataPointType, type MetricData } from "@opentelemetry/sdk-metrics"
import { stickyEndpoint } from "sticky-uploads/express"
import { createTempStorage, type Logger, StickyError, type StickyErrorCode } from "sticky-uploads/server"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { statusOf } from "../src/core/errors.js"
import { createLog } from "../src/server/log.js"
import { collect, keepContexts } from "./support/collect.js"
import { readDocument } from "./support/documents.js"
import { double } from "./support/doubles.js"
import { importBlocks } from "./support/import-blocks.js"
import { png, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { personOf, schemas, serve, temporaryDirectory } from "./support/serve.js"
import { serveAlbum } from "./support/serve-album.js"

expectNoStrayErrors()
keepContexts()

const page = readDocument("apps/docs/guide/watching.md")
const load = importBlocks(page)

/** The rows of the table under that head, cell by cell. */
function table(head: string): string[][] {
  const [, body = ""] = page.text.split(`${head} |\n`)
  const lines = body.slice(0, body.indexOf("\n\n")).split("\n").slice(1)
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
const codesIn = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code).sort()
const sorted = (all: Iterable<string>) => [...new Set(all)].sort()

const target = "album.create/upload"
const file = (bytes: string | Uint8Array<ArrayBuffer> = new Uint8Array(png())) => new File([bytes], "a.png")
const failed = (operation: string) => new StickyError("storage_failed", { storage: "temp", operation }, "failed")

/** Has everything happen that there is to be told of. */
async function everything() {
  const collected = collect()
  const said: [level: string, message: string][] = []
  const write = (level: string) => (_fields: object, message: string) => said.push([level, message])
  const logger: Logger = { info: write("info"), warn: write("warn"), error: write("error") }
  const staging = createTempStorage({ directory: await temporaryDirectory() })
  let isDown = false
  const storage = double(staging, {
    write: (key, content) => (isDown ? Promise.reject(failed("write")) : staging.write(key, content)),
  })
  const full = double(createTempStorage({ directory: await temporaryDirectory(), name: "full" }), {
    copyFrom: () => Promise.reject(failed("promote")),
  })
  let isFull = false
  let verdict: (() => string) | undefined
  const album = await serveAlbum({
    telemetry: collected.telemetry,
    logger,
    storage,
    inspect: [{ name: "scan", inspect: async () => verdict?.() }],
    handle: (picked) => picked.promote(isFull ? full : album.uploads),
  })
  async function form(picked: File) {
    const body = new FormData()
    body.append("upload", picked)
    await fetch(`${album.url}/album`, { method: "POST", body, headers: { "x-user": "ann" } })
  }
  const token = await album.upload(target, file())
  await album.call(token)
  await album.call(token)
  await form(file())
  await form(file("just a text"))
  await album.post(target, file("just a text"))
  isFull = true
  await album.call(await album.upload(target, file()))
  verdict = () => "a virus"
  await album.post(target, file())
  await album.sticky.run({ ctx: { user: "ann" }, procedure: "album.create", input: { upload: file() } }, async () => 0)
  verdict = () => {
    throw new Error("scanner down")
  }
  await album.post(target, file())
  isDown = true
  await album.post(target, file())
  await album.sticky.sweep()
  await expect.poll(() => said.at(-1)).toEqual(["info", "sticky-uploads: swept"])
  return { ...collected, said }
}

const kindOf = ({ dataPointType, isMonotonic }: MetricData & { isMonotonic?: boolean }) => {
  if (dataPointType === DataPointType.HISTOGRAM) return "histogram"
  return isMonotonic ? "counter" : "up-down counter"
}

describe("the guide's tables", () => {
  it("are what is written: every span, every metric, every line", async () => {
    const { spans, metrics: written, said } = await everything()
    const ofEnds = ["error.type", "sticky.code", "sticky.outcome"]
    const names = new Map(spans().map((span) => [span.spanContext().spanId, span.name]))
    const tables = {
      spans: table("| span | inside of | is | attributes").map(([span = "", parents, , attributes]) => ({
        span: codesIn(span)[0],
        parents: codesIn(parents),
        attributes: codesIn(attributes),
      })),
      metrics: table("| metric | kind | unit | counts | attributes"),
      lines: table("| line | level | for"),
    }
    const ours = spans().filter(({ name }) => name.startsWith("sticky."))
    expect(
      tables.spans.map(({ span }) => {
        const all = ours.filter(({ name }) => name === span)
        const parents = all.flatMap(({ parentSpanContext }) => names.get(parentSpanContext?.spanId ?? "") ?? [])
        const attributes = all.flatMap((each) => Object.keys(each.attributes)).filter((key) => !ofEnds.includes(key))
        return { span, parents: sorted(parents), attributes: sorted(attributes) }
      }),
    ).toEqual(tables.spans)
    expect(sorted(ours.map(({ name }) => name))).toEqual(sorted(tables.spans.map(({ span = "" }) => span)))

    const attributesOf = (metric: string, cell: string | undefined) =>
      cell === "as the span"
        ? tables.spans.find(({ span }) => metric.startsWith(`${span}.`))?.attributes
        : codesIn(cell)
    expect(
      (await written())
        .map((metric) => ({
          metric: metric.descriptor.name,
          kind: kindOf(metric),
          unit: metric.descriptor.unit,
          attributes: sorted(
            metric.dataPoints
              .flatMap(({ attributes }) => Object.keys(attributes))
              .filter((key) => !metric.descriptor.name.endsWith(".duration") || !ofEnds.includes(key)),
          ),
        }))
        .sort((a, b) => a.metric.localeCompare(b.metric)),
    ).toEqual(
      tables.metrics
        .map(([name, kind, unit, , attributes]) => {
          const [metric = ""] = codesIn(name)
          return { metric, kind, unit: codesIn(unit)[0], attributes: attributesOf(metric, attributes) }
        })
        .sort((a, b) => a.metric.localeCompare(b.metric)),
    )

    expect(sorted(said.map(([level, message]) => `${level} ${message}`))).toEqual(
      sorted(tables.lines.map(([line, level]) => `${level} ${codesIn(line)[0]}`)),
    )
  })

  it("name each refusal that is a warning", () => {
    const warned: string[] = []
    const log = createLog({
      info: () => 0,
      warn: (fields) => warned.push((fields as { code: string }).code),
      error: () => 0,
    })
    for (const code of Object.keys(statusOf) as StickyErrorCode[]) void log.onRefused({ code, details: {} } as never)
    const row = table("| line | level | for").find(([, level]) => level === "warn")
    expect(warned.sort()).toEqual(codesIn(row?.[2]))
  })
})

describe("the guide's apps", () => {
  it("write to the SDK that there is, and count for themselves", async () => {
    vi.stubEnv("TMPDIR", await temporaryDirectory())
    const collected = collect()
    metrics.setGlobalMeterProvider(collected.meterProvider)
    trace.setGlobalTracerProvider(collected.tracerProvider)
    onTestFinished(() => {
      vi.unstubAllEnvs()
      metrics.disable()
      trace.disable()
    })
    const { sticky } = await load("telemetry.ts")
    const { figures, telemetry } = await load("figures.ts")
    const createContext = ({ req }: Parameters<Parameters<typeof stickyEndpoint>[0]["createContext"]>[0]) =>
      personOf(req)
    const server = await serve({
      telemetry,
      routes: (app) => app.use("/told", stickyEndpoint({ sticky, schemas, createContext })),
    })
    onTestFinished(() => sticky.close())
    await server.post("/told/doc/image", [upload(png(), "a.png")])
    await server.post("doc/image", [upload(png(), "a.png")])
    await expect.poll(() => collected.spans().map(({ name }) => name)).toEqual(["sticky.write", "sticky.upload"])
    expect(await collected.total("sticky.file.staged")).toBe(1)
    await expect.poll(() => figures).toEqual({ inFlight: 0, bytes: 200 })
  })
})
