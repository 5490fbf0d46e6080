import { describe, expect, it } from "vitest"
import { StickyError } from "../core/errors.js"
import { createFollow, type Ending, type Followed, type Telemetry } from "./telemetry.js"

/** A telemetry that keeps what it is told, with some of its acts replaced. */
function following(acts: Partial<Followed> = {}, begin?: NonNullable<Telemetry["begin"]>) {
  const endings: Ending[] = []
  const errors: unknown[] = []
  const followed: Followed = { run: (work) => work(), end: (ending) => void endings.push(ending), ...acts }
  const follow = createFollow({ begin: begin ?? (() => followed) }, (error) => errors.push(error))
  let times = 0
  /** Does work that counts how often it is done. */
  const work = async (result: unknown = "done") => {
    times += 1
    return result
  }
  return { follow, endings, errors, work, times: () => times }
}
const broken = () => {
  throw new Error("broken")
}

describe("createFollow", () => {
  it("tells how the work ended, and settles as it does", async () => {
    const { follow, endings, work } = following()
    expect(await follow({ name: "upload" }, work)).toBe("done")
    const refusal = new StickyError("file_empty", { name: "a" }, "empty")
    await expect(follow({ name: "upload" }, () => Promise.reject(refusal))).rejects.toBe(refusal)
    const failure = new StickyError("storage_failed", { storage: "s", operation: "write" }, "failed")
    await expect(follow({ name: "promote" }, () => Promise.reject(failure))).rejects.toBe(failure)
    await expect(follow({ name: "write" }, () => Promise.reject(new Error("disk full")))).rejects.toThrow("disk full")
    await follow({ name: "inspect" }, work, () => "file_refused")
    const gone = new AbortController()
    gone.abort()
    await expect(follow({ name: "inspect" }, () => Promise.reject(gone.signal.reason))).rejects.toThrow("abort")
    expect(endings).toEqual([
      { outcome: "ok" },
      { outcome: "refused", code: "file_empty" },
      { outcome: "failed", code: "storage_failed" },
      { outcome: "failed", code: "internal_error" },
      { outcome: "refused", code: "file_refused" },
      { outcome: "undone" },
    ])
  })

  it.each([
    ["an error of its own", new Error("no seat left"), { outcome: "undone" }],
    ["nothing that is an error", "no seat left", { outcome: "undone" }],
    [
      "issues that are not ours",
      Object.assign(new Error(), { issues: [{}, { params: { code: "taken" } }, null] }),
      { outcome: "undone" },
    ],
    [
      "a refusal among its issues",
      new Error("input", { cause: Object.assign(new Error(), { issues: [{}, { params: { code: "token_gone" } }] }) }),
      { outcome: "refused", code: "token_gone" },
    ],
    [
      "a failure of ours",
      new Error("internal", {
        cause: new StickyError("storage_failed", { storage: "s", operation: "promote" }, "failed"),
      }),
      { outcome: "failed", code: "storage_failed" },
    ],
  ])("tells of a submit that ends with %s what is ours in it", async (_, error, ending) => {
    const { follow, endings } = following()
    await expect(follow({ name: "submit" }, () => Promise.reject(error))).rejects.toBe(error)
    expect(endings).toEqual([ending])
  })

  it("does the work once, whatever the telemetry does", async () => {
    const twice = following({ run: (work) => [work(), work()] })
    expect(await twice.follow({ name: "upload" }, twice.work)).toBe("done")
    expect(twice.times()).toBe(1)
    const never = following({ run: () => undefined })
    expect(await never.follow({ name: "upload" }, never.work)).toBe("done")
    expect(never.times()).toBe(1)
    const late: (() => void)[] = []
    const later = following({ run: (work) => late.push(work) })
    expect(await later.follow({ name: "upload" }, later.work)).toBe("done")
    for (const work of late) work()
    expect(later.times()).toBe(1)
  })

  it.each([
    ["begin", following({}, broken)],
    ["run", following({ run: broken })],
    [
      "run, after the work",
      following({
        run: (work) => {
          work()
          broken()
        },
      }),
    ],
    ["end", following({ end: broken })],
  ])("tells onError of one that throws in %s, and nobody else", async (_, { follow, errors, work, times }) => {
    expect(await follow({ name: "upload" }, work)).toBe("done")
    expect(times()).toBe(1)
    expect(errors).toMatchObject([{ message: "broken" }])
  })

  it("does not take an error of the work for one of the telemetry", async () => {
    const { follow, errors, endings } = following()
    await expect(follow({ name: "upload" }, broken)).rejects.toThrow("broken")
    expect(errors).toEqual([])
    expect(endings).toHaveLength(1)
  })

  it("hands the work on as it is where nobody follows", async () => {
    const follow = createFollow({}, broken)
    const outcome = Promise.resolve("done")
    expect(follow({ name: "upload" }, () => outcome)).toBe(outcome)
  })
})
