import fc from "fast-check"
import { stickyField } from "sticky-uploads/html"
import { describe, expect, it } from "vitest"
import {
  file,
  form,
  hidden,
  open,
  type PageWorld,
  page,
  picker,
  save,
  submits,
  type Upload,
  uploads,
  useStandIn,
} from "../support/stand-in.js"

declare const window: Window & PageWorld

useStandIn()

const parallel = 2
const kept = ["k", "l"]
const field = stickyField({
  name: "upload",
  url: "/sticky/submission.create/upload",
  multiple: true,
  files: kept.map((name) => ({ token: name, name, size: 1 })),
})
const start = `
  door.createStickyClient({ url: "/sticky", parallel: ${parallel} }).bind()
  door.showFiles()
  door.addPicks()`

type Act =
  | { type: "pick"; count: number }
  | { type: "move"; from: number; to: number }
  | { type: "remove" | "retry"; at: number }
  | { type: "answer"; at: number; isGood: boolean }
const place = fc.nat(4)
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant("pick" as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("move" as const), from: place, to: place }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom("remove" as const, "retry" as const), at: place }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("answer" as const), at: fc.nat(1), isGood: fc.boolean() }) },
)

/** A file of the list, and how it stands. */
interface Known {
  name: string
  state: "uploading" | "ready" | "failed"
}

/** Plays the acts on a page, holding the page against the model after each. */
async function play(acts: readonly Act[]) {
  await open(form(field), start, "view")
  const list: Known[] = kept.map((name) => ({ name, state: "ready" }))
  let queue: string[] = []
  const flight = new Map<string, Upload>()
  let picked = 0

  /** What there is room for is sent, first come first served. */
  async function fill() {
    const next = queue.splice(0, parallel - flight.size)
    const sent = await Promise.all(next.map(() => uploads.take()))
    for (const each of sent) flight.set((await each.part()).filename ?? "", each)
    expect(next.filter((name) => !flight.has(name))).toEqual([])
  }
  const call = (name: "move" | "remove" | "retry", at: number, to?: number) =>
    page.evaluate(
      ([name, at, to]) => {
        const { stickyUploader: uploader } = window.input
        if (!uploader) return
        const id = uploader.parts[at]?.id ?? 0
        if (name === "move") window.door.moveFile(uploader, id, to ?? 0)
        else if (name === "remove") window.door.removeFile(uploader, id)
        else uploader.retry(id)
      },
      [name, at, to] as const,
    )
  const act = {
    async pick({ count }: Act & { type: "pick" }) {
      const names = Array.from({ length: count }, () => `${++picked}`)
      await picker().setInputFiles(names.map((name) => file(name)))
      list.push(...names.map((name): Known => ({ name, state: "uploading" })))
      queue.push(...names)
    },
    async move({ from, to }: Act & { type: "move" }) {
      const [moved] = list.splice(from, 1)
      if (!moved) return
      list.splice(to, 0, moved)
      await call("move", from, to)
    },
    async remove({ at }: { at: number }) {
      const [gone] = list.splice(at, 1)
      if (!gone) return
      await call("remove", at)
      queue = queue.filter((name) => name !== gone.name)
      await flight.get(gone.name)?.aborted
      flight.delete(gone.name)
    },
    async retry({ at }: { at: number }) {
      const again = list[at]
      await call("retry", at)
      if (again?.state !== "failed") return
      again.state = "uploading"
      queue.push(again.name)
    },
    async answer({ at, isGood }: Act & { type: "answer" }) {
      const [name, upload] = [...flight][at] ?? []
      const known = list.find((each) => each.name === name)
      if (!known || !upload) return
      known.state = isGood ? "ready" : "failed"
      if (isGood) await upload.accept(known.name)
      else upload.cut()
      flight.delete(known.name)
    },
  }

  const namesOf = (state?: string) => list.filter((each) => !state || each.state === state).map(({ name }) => name)
  for (const each of acts) {
    await act[each.type](each as never)
    await fill()
    const wanted = list.map(({ name, state }) => `${name} ${state}`)
    await page.waitForFunction(
      (wanted) =>
        `${window.input.stickyUploader?.parts.map(({ name, file, state }) => `${name ?? file?.name} ${state}`)}` ===
        wanted,
      `${wanted}`,
    )
    expect(await page.locator(".sticky-name").allTextContents()).toEqual(namesOf())
    expect(await hidden()).toEqual(namesOf("ready"))
    const files = await page.evaluate(() => [...(window.input.files ?? [])].map(({ name }) => name))
    expect(files).toEqual(namesOf().filter((name) => !kept.includes(name)))
    expect(uploads.size).toBe(0)
  }
  await save()
  const sent = (await submits.take()).filter(({ name, filename }) => name !== "button" && filename !== "")
  expect(sent.map(({ filename, value }) => filename ?? value)).toEqual(namesOf())
  expect(uploads.size).toBe(0)
  expect(sent.flatMap(({ filename }) => filename ?? [])).toEqual(
    namesOf().filter((name) => !namesOf("ready").includes(name)),
  )
}

describe("a list of files, whatever happens to it in whatever order (P11)", () => {
  it("shows and sends what was picked and what the page came with, in the person's order, and uploads so many at a time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 16 }), (acts) => play(acts)),
      { numRuns: 6, endOnFailure: true },
    )
  }, 120_000)
})
