import { isStickyError, type StickyErrorCode, statusOf } from "../core/errors.js"
import { isOurs, type StickyHooks } from "./observers.js"

/** What takes time. Each name in it is one of the app's own, never what a client made up. */
export interface Activity {
  /**
   * `upload`: one POST to the endpoint until its answer is out, or one plain form until it is read. `write`: one file on its
   * way into the storage where it waits. `inspect`: one inspector at one file. `submit`: one call of a procedure with file
   * fields. `promote`: one copy for good. `sweep`: one sweep.
   */
  name: "upload" | "write" | "inspect" | "submit" | "promote" | "sweep"
  /** The field; missing where there is no such field, or more than one. */
  target?: string | undefined
  /** Of a submit, and of the upload of a plain form. */
  procedure?: string | undefined
  /** The `name` of the storage that is written to. */
  storage?: string | undefined
  /** The `name` of the inspector. */
  inspector?: string | undefined
}

/** How an activity ended. */
export interface Ending {
  /** `refused` is the client's doing, `failed` is ours; `undone` is a submit that its procedure failed, or what nobody waits for any more. */
  outcome: "ok" | "refused" | "failed" | "undone"
  /** Why it was refused or failed; `internal_error` stands for every error that is none of ours. */
  code?: StickyErrorCode | undefined
}

/** One activity under way. */
export interface Followed {
  /** Runs the work, at once, in the context of this activity, so that what is begun meanwhile is known to belong to it. */
  run(work: () => void): void
  /** It is over; told once. */
  end(ending: Ending): void
}

/** Follows what a sticky does: counts by the hooks, times by the beginnings and ends. It can neither fail what it follows nor change it. */
export interface Telemetry extends StickyHooks<unknown> {
  /** Is told what `onError` is told. */
  onError?: (error: unknown) => unknown
  /** An activity begins. */
  begin?: (activity: Activity) => Followed | undefined
}

/**
 * Does work as an activity, and settles as the work does.
 * @param refusalOf the code, where a result is a refusal.
 */
export type Follow = <T>(
  activity: Activity,
  work: () => Promise<T>,
  refusalOf?: (result: T) => StickyErrorCode | undefined,
) => Promise<T>

/** Makes what hands activities to a telemetry; whatever that does, the work is done once and its outcome stands. */
export function createFollow(telemetry: Telemetry | undefined, onError: (error: unknown) => void): Follow {
  if (!telemetry?.begin) return (_activity, work) => work()
  function safely<T>(act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      onError(error)
      return undefined
    }
  }
  return async (activity, work, refusalOf) => {
    let begun: ReturnType<typeof work> | undefined
    const start = () => {
      // Asynchronous, so that what the work throws is not taken for the telemetry's.
      begun ??= (async () => work())()
      return begun
    }
    const followed = safely(() => telemetry.begin?.(activity))
    safely(() => followed?.run(() => void start()))
    const end = (ending: () => Ending) => void safely(() => followed?.end(ending()))
    try {
      const result = await start()
      end(() => {
        const code = refusalOf?.(result)
        return code ? { outcome: "refused", code } : { outcome: "ok" }
      })
      return result
    } catch (error) {
      end(() => endingOf(activity, error))
      throw error
    }
  }
}

function endingOf({ name }: Activity, error: unknown): Ending {
  const code = name === "submit" ? codeWithin(error) : isStickyError(error) ? error.code : undefined
  if (code) return { outcome: isOurs(code) ? "failed" : "refused", code }
  const isNobodys = error instanceof Error && error.name === "AbortError"
  // What a procedure throws is its own affair, and told by whoever calls it.
  return name === "submit" || isNobodys ? { outcome: "undone" } : { outcome: "failed", code: "internal_error" }
}

/** Why a call failed, where that is of ours: tRPC has it as its error's cause, Zod among the issues. */
function codeWithin(error: unknown): StickyErrorCode | undefined {
  const all = error instanceof Error ? [error, error.cause] : []
  for (const each of all) {
    if (isStickyError(each)) return each.code
    const { issues } = (each ?? {}) as { issues?: readonly ({ params?: { code?: string } } | null)[] }
    const codes = Array.isArray(issues) ? issues.map((issue) => issue?.params?.code) : []
    const code = codes.find((value) => value !== undefined && Object.hasOwn(statusOf, value))
    if (code) return code as StickyErrorCode
  }
  return undefined
}
