import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  becomes,
  field,
  form,
  hidden,
  names,
  open,
  type PageWorld,
  page,
  pick,
  picker,
  save,
  sink,
  submits,
  type Upload,
  uploads,
  useStandIn,
} from "../support/stand-in.js"

declare const window: Window & PageWorld

useStandIn()

type Answer = "ready" | "refused" | "failed"
type Act =
  | { type: "pick" | "clear" | "abort" | "submit" }
  /** An answer to any upload that ever was, once; one that is aborted cannot hear it any more. */
  | { type: "answer"; to: number; with: Answer }

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: "pick" as const }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("clear", "abort") }) },
  { weight: 3, arbitrary: fc.constant({ type: "submit" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("answer" as const),
      to: fc.nat(5),
      with: fc.constantFrom<Answer>("ready", "ready", "refused", "failed"),
    }),
  },
)

const refusal = JSON.stringify({ is_valid: false, errors: { upload: ["No."] }, code: "file_empty", details: {} })

/** Answers as asked; the body of an upload that was aborted cannot be read. */
async function answer(upload: Upload, kind: Answer, token: string) {
  if (kind === "failed") return upload.cut()
  const said = kind === "ready" ? upload.accept(token) : upload.answer(200, "application/json", refusal)
  await Promise.race([said, upload.aborted]).catch(() => {})
}

/** What a person chose last, and what became of it. */
interface Chosen {
  at: number
  state: "running" | "idle" | Answer
}

/** Plays the acts on a page, holding the page against the model after each. */
async function play(mode: "abort" | "wait", acts: readonly Act[]) {
  await open(form(field, `target="sink"`).concat(sink), `client.bind(document, { submit: "${mode}" })`)
  const sent: Upload[] = []
  const answered = new Set<Upload>()
  let chosen: Chosen | undefined
  let isHeld = false

  const nameOf = (at: number) => `${at}.txt`
  const tokenOf = (at: number) => `token-${at}`
  /** What the form has to carry now: the token of the last choice, or else its bytes. */
  const value = () => {
    const token = chosen?.state === "ready" ? tokenOf(chosen.at) : ""
    const bytes = !chosen ? ["upload="] : token ? [] : [`upload=${nameOf(chosen.at)}`]
    return [`_upload=${token}`, "button=save", ...bytes]
  }
  async function isSent() {
    isHeld = false
    expect(names(await submits.take())).toEqual(value())
  }
  const act = {
    async pick() {
      chosen = { at: sent.length, state: "running" }
      await pick(nameOf(chosen.at))
      sent.push(await uploads.take())
    },
    async clear() {
      chosen = undefined
      await picker().setInputFiles([])
      if (isHeld) await isSent()
    },
    async abort() {
      if (chosen?.state === "running") chosen.state = "idle"
      await page.evaluate(() => window.input.stickyUploader?.abort())
      if (isHeld) await isSent()
    },
    async submit() {
      await save()
      // A refused file holds the form back, and so does a submit that waits already.
      if (chosen?.state === "refused" || isHeld) return
      if (chosen?.state !== "running") return isSent()
      if (mode === "wait") {
        isHeld = true
        return
      }
      chosen.state = "idle"
      await isSent()
    },
    async answer({ to, with: kind }: Act & { type: "answer" }) {
      const upload = sent[to]
      if (!upload || answered.has(upload)) return
      answered.add(upload)
      await answer(upload, kind, tokenOf(to))
      if (chosen?.at !== to || chosen.state !== "running") return
      chosen.state = kind
      if (isHeld && kind === "ready") await isSent()
      isHeld = false
    },
  }

  for (const each of acts) {
    if (each.type === "answer") await act.answer(each)
    else await act[each.type]()
    await becomes(chosen?.state === "running" ? (isHeld ? "submitting" : "uploading") : (chosen?.state ?? "idle"))
    expect(await hidden()).toEqual([chosen?.state === "ready" ? tokenOf(chosen.at) : ""])
  }
  expect([uploads.size, submits.size]).toEqual([0, 0])
}

describe("an input, whatever happens to it in whatever order (P11)", () => {
  it.each(["abort", "wait"] as const)(
    "sends with every form what was chosen last: its token, or its bytes (%s)",
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 14 }), (acts) => play(mode, acts)),
        { numRuns: 20, endOnFailure: true },
      )
    },
    180_000,
  )
})
