import fc from "fast-check"
import type { StickyToken } from "sticky-uploads"
import { describe, expect, it } from "vitest"
import {
  choose,
  hear,
  hold,
  isRunning,
  move,
  type News,
  type Part,
  type Parts,
  type Progress,
  type StateName,
  stateOf,
} from "./states.js"

const token = (text: string) => text as StickyToken
const file = (name: string | number) => new File([], `${name}`)
const counter = () => {
  let last = 0
  return () => ++last
}
/** As an uploader shows them: where a submit waits, it waits for all that runs. */
const shown = (before: Parts, parts: Parts) => (stateOf(before) === "submitting" ? hold(parts) : parts)
/** As an uploader hears of one upload, or of all. */
const heard = (parts: Parts, news: Parameters<typeof hear>[1], about?: number) =>
  shown(
    parts,
    hear(parts, news, (part) => isRunning(part) && part.id === (about ?? part.id)),
  )

/** What a person and the network do, in any order: news may be of any upload that ever was, over or not. */
type Act =
  | { type: "pick"; files: number }
  | { type: "takeOut"; at: number }
  | { type: "keep" }
  | { type: "move"; from: number; to: number }
  /** All that failed, or the one of this number. */
  | { type: "again"; of: number | undefined }
  | { type: "abort" }
  | { type: "submit" }
  | { type: "progress" | "retry" | "accept" | "refuse" | "fail" | "veto"; of: number }
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ type: fc.constant("pick" as const), files: fc.nat(3) }),
  fc.record({ type: fc.constant("takeOut" as const), at: fc.nat(3) }),
  fc.record({ type: fc.constant("keep" as const) }),
  fc.record({ type: fc.constant("move" as const), from: fc.nat(4), to: fc.nat(4) }),
  fc.record({ type: fc.constant("again" as const), of: fc.option(fc.nat(12), { nil: undefined }) }),
  fc.record({ type: fc.constant("abort" as const) }),
  fc.record({ type: fc.constant("submit" as const) }),
  fc.record({
    type: fc.constantFrom("progress", "retry", "accept", "accept", "refuse", "fail", "veto"),
    of: fc.nat(12),
  }),
)

const retrying = { attempt: 1, seconds: 1, message: "again" }

const newsOf = (type: Act["type"], id: number): News | Progress => {
  if (type === "progress") return { fraction: 0.5 }
  if (type === "retry") return { fraction: 0, retrying }
  if (type === "accept") return { state: "ready", token: token(`token ${id}`) }
  if (type === "refuse") return { state: "refused", message: `refused ${id}` }
  return type === "fail" ? { state: "failed", message: `failed ${id}` } : { state: "idle" }
}

/** What a form with these parts sends: a token where there is one, else the file's bytes. */
const sent = (parts: Parts) => parts.map((part) => (part.state === "ready" ? part.token : part.file?.name))

describe("the uploader's states (P11)", () => {
  it("hold, after any events in any order, the files of the last choice and of the page, in their order, each with the first end of its upload", () => {
    /** What was chosen last or came with the page, under its number, and the first thing that ended its upload. */
    interface Known {
      id: number
      file?: File
      end?: string | undefined
      waits?: boolean
    }
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const nextId = counter()
        let parts: Parts = []
        let model: Known[] = []
        let numbers = 0
        let isHeld = false
        for (const each of acts) {
          if (each.type === "pick") {
            const files = Array.from({ length: each.files }, () => file("new"))
            parts = shown(parts, choose(parts, files, nextId, true))
            // What the page came with keeps its place, as far as there is one.
            const chosen: Known[] = files.map((file) => ({ id: ++numbers, file }))
            for (const [at, known] of model.entries()) if (!known.file) chosen.splice(at, 0, known)
            model = chosen
          } else if (each.type === "takeOut") {
            model = model.filter((_, at) => at !== each.at)
            const rest = parts.filter((_, at) => at !== each.at)
            parts = choose(
              rest,
              rest.flatMap(({ file }) => file ?? []),
              nextId,
              true,
            )
          } else if (each.type === "keep") {
            const id = nextId()
            const kept: Part = { id, state: "ready", token: token(`token ${id}`), name: "kept", size: 1 }
            parts = [kept, ...parts]
            model = [{ id: ++numbers, end: "ready" }, ...model]
          } else if (each.type === "move") {
            const [moved] = model.splice(each.from, 1)
            if (moved) model.splice(each.to, 0, moved)
            parts = move(parts, moved?.id ?? 0, each.to)
          } else if (each.type === "again") {
            const isWanted = (one: { id?: number | undefined }) => each.of === undefined || one.id === each.of
            const isOver = (part: Part) => part.file && !isRunning(part) && part.state !== "ready" && isWanted(part)
            parts = shown(parts, hear(parts, { state: "uploading", fraction: 0 }, isOver))
            for (const known of model) {
              if (!known.end || known.end === "ready" || !isWanted(known)) continue
              known.end = undefined
              known.waits = false
            }
          } else if (each.type === "abort") {
            parts = heard(parts, { state: "idle" })
            for (const known of model) known.end ??= "idle"
          } else if (each.type === "submit") {
            parts = hold(parts)
            isHeld = model.some(({ end }) => !end)
          } else {
            const news = newsOf(each.type, each.of)
            parts = heard(parts, news, each.of)
            const known = model.find(({ id }) => id === each.of)
            if (known) known.waits = each.type === "retry"
            if (known && "state" in news) known.end ??= news.state
          }
          isHeld &&= model.some(({ end }) => !end)
          const running: StateName = isHeld ? "submitting" : "uploading"
          expect(parts.map(({ id, file, state }) => [id, file, state])).toEqual(
            model.map(({ id, file, end }) => [id, file, end ?? running]),
          )
          expect(parts.map((part) => "retrying" in part && part.retrying !== undefined)).toEqual(
            model.map(({ end, waits = false }) => !end && waits),
          )
          expect(sent(parts)).toEqual(model.map(({ id, file, end }) => (end === "ready" ? `token ${id}` : file?.name)))
        }
      }),
      { numRuns: 500 },
    )
  })

  it("have one name, the most urgent, and are ready only when all are", () => {
    const any = fc.constantFrom("uploading", "ready", "refused", "failed", "idle")
    fc.assert(
      fc.property(fc.array(any), (names) => {
        const acts = {
          uploading: "progress",
          ready: "accept",
          refused: "refuse",
          failed: "fail",
          idle: "veto",
        } as const
        const chosen = choose([], names.map(file), counter(), true)
        const parts = names.reduce((all, name, at) => heard(all, newsOf(acts[name], at + 1), at + 1), chosen)
        const state = stateOf(parts)
        if (names.length === 0) expect(state).toBe("idle")
        else expect(names).toContain(state)
        expect(state === "ready").toBe(names.length > 0 && names.every((name) => name === "ready"))
        expect(state === "uploading").toBe(names.includes("uploading"))
        expect(stateOf(hold(parts))).toBe(state === "uploading" ? "submitting" : state)
      }),
    )
  })

  it("keep the token a page came with until something is chosen, and beside that where there may be several", () => {
    const initial: Parts = [{ state: "ready", token: token("staged") }]
    expect(heard(initial, { state: "idle" })).toEqual(initial)
    expect(heard(initial, { state: "failed", message: "" }, 1)).toEqual(initial)
    expect(hold(initial)).toEqual(initial)
    expect(choose(initial, [file("a")], counter(), false)).toHaveLength(1)
    expect(choose(initial, [file("a")], counter(), true)).toHaveLength(2)
  })

  it("make a submit that waits wait for what is picked meanwhile", () => {
    const nextId = counter()
    const held = hold(choose([], [file("a")], nextId, false))
    const again = shown(held, choose(held, [file("b")], nextId, false))
    expect(stateOf(again)).toBe("submitting")
    expect(stateOf(heard(again, { fraction: 0.9 }, 2))).toBe("submitting")
    expect(stateOf(choose(heard(again, { state: "idle" }), [file("c")], nextId, false))).toBe("uploading")
  })

  it("make a submit wait for what waits to be sent again", () => {
    const chosen = choose([], [file("a")], counter(), false)
    const waiting = heard(hold(chosen), newsOf("retry", 1), 1)
    expect(waiting).toMatchObject([{ state: "submitting", fraction: 0, retrying }])
    expect(hold(heard(chosen, newsOf("retry", 1), 1))).toEqual(waiting)
    expect(stateOf(heard(waiting, newsOf("accept", 1), 1))).toBe("ready")
  })

  it("carry nothing over from one state to the next", () => {
    const [part] = heard(choose([], [file("a")], counter(), false), { state: "ready", token: token("t") }, 1)
    expect(Object.keys(part ?? {}).sort()).toEqual(["file", "id", "state", "token"])
  })
})
