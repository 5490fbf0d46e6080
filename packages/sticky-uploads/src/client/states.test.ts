import fc from "fast-check"
import type { StickyToken } from "sticky-uploads"
import { describe, expect, it } from "vitest"
import { choose, hear, type News, type Parts, stateOf } from "./states.js"

const token = (text: string) => text as StickyToken
const file = (id: number) => new File([], `${id}`)
const tokensOf = (parts: Parts) => parts.flatMap((part) => (part.state === "ready" ? part.token : []))

/** What a person and the network do, in any order: news may be of any upload that ever was, over or not. */
type Act =
  | { type: "pick"; files: number }
  | { type: "abort" }
  | { type: "progress" | "accept" | "refuse" | "fail" | "veto"; of: number }
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ type: fc.constant("pick" as const), files: fc.nat(3) }),
  fc.record({ type: fc.constant("abort" as const) }),
  fc.record({
    type: fc.constantFrom("progress", "accept", "accept", "refuse", "fail", "veto"),
    of: fc.nat(12),
  }),
)

const newsOf = (type: Act["type"], id: number): News => {
  if (type === "progress") return { state: "uploading", fraction: 0.5 }
  if (type === "accept") return { state: "ready", token: token(`token ${id}`) }
  if (type === "refuse") return { state: "refused", message: `refused ${id}` }
  return type === "fail" ? { state: "failed", message: `failed ${id}` } : { state: "idle" }
}

describe("the uploader's states (P11)", () => {
  it("hold, after any events in any order, the tokens of the last choice and of no other", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        let parts: Parts = []
        let serial = 0
        // The model: of each file of the last choice, the first thing that ended its upload.
        let model = new Map<number, string>()
        for (const each of acts) {
          if (each.type === "pick") {
            const picked = Array.from({ length: each.files }, () => ({ id: ++serial, file: file(serial) }))
            parts = choose(picked)
            model = new Map(picked.map(({ id }) => [id, "uploading"]))
          } else if (each.type === "abort") {
            parts = hear(parts, { state: "idle" })
            for (const [id, state] of model) if (state === "uploading") model.set(id, "idle")
          } else {
            const news = newsOf(each.type, each.of)
            parts = hear(parts, news, each.of)
            if (model.get(each.of) === "uploading") model.set(each.of, news.state)
          }
          expect(parts.map(({ id, state }) => [id, state])).toEqual([...model])
          expect(parts.map((part) => part.file?.name)).toEqual([...model.keys()].map(String))
          const ready = [...model].filter(([, state]) => state === "ready")
          expect(tokensOf(parts)).toEqual(ready.map(([id]) => `token ${id}`))
        }
      }),
      { numRuns: 500 },
    )
  })

  it("have one name, the most urgent, and are ready only when all are", () => {
    const any = fc.constantFrom("uploading", "ready", "refused", "failed", "idle")
    fc.assert(
      fc.property(fc.array(any), (names) => {
        const picked = names.map((_, id) => ({ id, file: file(id) }))
        const acts = {
          uploading: "progress",
          ready: "accept",
          refused: "refuse",
          failed: "fail",
          idle: "veto",
        } as const
        const parts = names.reduce((all, name, id) => hear(all, newsOf(acts[name], id), id), choose(picked))
        const state = stateOf(parts)
        if (names.length === 0) expect(state).toBe("idle")
        else expect(names).toContain(state)
        expect(state === "ready").toBe(names.length > 0 && names.every((name) => name === "ready"))
        expect(state === "uploading").toBe(names.includes("uploading"))
      }),
    )
  })

  it("keep the token a page came with until something is chosen", () => {
    const initial: Parts = [{ state: "ready", token: token("staged") }]
    expect(hear(initial, { state: "idle" })).toEqual(initial)
    expect(hear(initial, { state: "failed", message: "" }, 1)).toEqual(initial)
    expect(choose([])).toEqual([])
  })

  it("carry nothing over from one state to the next", () => {
    const [part] = hear(choose([{ id: 1, file: file(1) }]), { state: "ready", token: token("t") }, 1)
    expect(Object.keys(part ?? {}).sort()).toEqual(["file", "id", "state", "token"])
  })
})
