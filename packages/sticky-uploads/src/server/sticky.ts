import { type StickyFieldLimits, widestCounts, widestOf } from "../core/limits.js"
import { stickyError } from "../core/messages.js"
import type { Stored } from "../core/sticky-file.js"
import { existingField } from "./existing.js"
import type { StagedField } from "./form/invalid-form.js"
import { type ResolvedOptions, resolveOptions, type StickyOptions } from "./options.js"
import { createReference, type PreviewReference } from "./preview/reference.js"
import { createRegistry, type Registry, type RouterLike, type Schemas, type Target } from "./registry.js"
import { openScope } from "./scope.js"
import { stagedMark } from "./staging.js"
import type { SweepResult } from "./sweep-result.js"
import type { SweepOptions } from "./sweep-storage.js"
import { createSweeper, storagesOf } from "./sweeper.js"
import { createTransaction } from "./transaction.js"
import { serverWorld } from "./world.js"

/** One call, as a scope needs to know it. */
export interface StickyCall<Context> {
  ctx: Context
  /** The tRPC path of the procedure, or the name of the schema. */
  procedure: string
  /** The input as it came, before it is parsed. */
  input: unknown
  /** Whether success consumes every token that the schema took, or only those that were promoted or read. @default "all" */
  consume?: "all" | "used"
}

/** What can parse: any Zod schema. */
interface Parser<Output> {
  parse(value: unknown): Output
}

/** The server's half of sticky uploads: signs and verifies tokens, opens scopes, keeps staged files and sweeps them. */
export interface Sticky<Context> {
  /** As it was given to `createSticky`: its tokens are good with no other. */
  readonly name: string | undefined
  /** Makes the fields of a router or of named schemas known. The endpoint and the form do so with theirs. */
  register(source: RouterLike | Schemas): void
  /** Every target that can be uploaded to, such as `submission.create/upload`. */
  targets(): string[]
  /**
   * The limits that the schema gives a target, for `stickyField`; of a union those of its widest way. Of a field of several
   * files also their number and what they weigh together, where the schema says so.
   * @throws TypeError when there is no such target.
   */
  limits(target: string): StickyFieldLimits
  /**
   * Runs a call: tokens in its input parse, what it promotes is undone when it throws, and the staged files are consumed
   * when it succeeds. `stickyMiddleware` and `stickyForm` do this for you.
   * @throws whatever the work throws; StickyError `token_used` when another call was first.
   */
  run<Result>(call: StickyCall<Context>, work: () => Promise<Result>): Promise<Result>
  /**
   * Parses a value that may hold tokens, outside any call: each file is then consumed by its own `promote`.
   * @param options.procedure the name under which the schema was registered.
   * @throws ZodError
   */
  parse<Output>(schema: Parser<Output>, value: unknown, options: { ctx: Context; procedure: string }): Promise<Output>
  /**
   * Makes what the field of an edit form holds of a file that is stored already: for `stickyField({ files })`, as what comes
   * back with a failed form. Sent back it is that file, in `StickyFile.existing`, for this field and this person alone, as
   * often as it is sent, until its life ends; where it is stored nobody reads in it.
   * @param stored what `promote` returned.
   * @param options.target the field of the form: `submission.update/upload`.
   * @param options.expiresInSeconds how long the form may stay open. @default that of uploads (24 hours)
   * @throws TypeError when it is no such thing, its key or name is too long for a token, or there is no such target.
   */
  existing(stored: Stored, options: { ctx: Context; target: string; expiresInSeconds?: number }): StagedField
  /**
   * Makes what the file of a token can be looked at by, for the person to whom the token was issued: `stickyPreview` serves
   * it at `/previews/${reference}` as long as the file waits.
   * @param options.expiresInSeconds never longer than the token's life. @default 600 (10 minutes)
   * @throws StickyError of the token, as at submit; `preview_forbidden` where the context has no subject.
   * @throws TypeError when `createSticky` was given no `subject`.
   */
  preview(token: string, options: { ctx: Context; expiresInSeconds?: number }): PreviewReference
  /**
   * Removes staged files past their life now, beside the regular sweep. What fails goes to `onError` and is counted.
   *
   * One that can be ended, by `signal` or `maxSeconds`, goes on where an earlier one was ended, in storages that list in the
   * order of their keys.
   * @throws TypeError when `maxSeconds` makes no sense.
   */
  sweep(options?: SweepOptions): Promise<SweepResult>
  /** Stops the regular sweep, also one that is under way. */
  close(): void
}

const internals = new WeakMap<object, { options: ResolvedOptions<never>; registry: Registry }>()

/** What the other files of this room need of a sticky; nobody outside sees it. */
export function insides<Context>(sticky: Sticky<Context>): { options: ResolvedOptions<Context>; registry: Registry } {
  const inside = internals.get(sticky)
  if (!inside) throw new TypeError("sticky-uploads: this is not what createSticky returned")
  // Sound: put there below, under the very object whose Context it has.
  return inside as unknown as { options: ResolvedOptions<Context>; registry: Registry }
}

/**
 * Creates the server's half and begins its regular sweep; it touches no storage before the first upload or sweep.
 * @throws TypeError naming the option that is missing or makes no sense.
 */
export function createSticky<Context>(given: StickyOptions<Context>): Sticky<Context> {
  const options = resolveOptions(given)
  const { name, observers, follow, onError } = options
  const registry = createRegistry(name)
  const world = serverWorld()
  const targets = () => [...registry.targets()].map(({ target }) => target)

  function knownTarget(name: string): Target {
    const found = registry.target(name)
    if (found) return found
    throw new TypeError(`sticky-uploads: there is no target "${name}"; there are ${targets().join(", ")}`)
  }

  const storages = () =>
    typeof given.storage === "function" ? storagesOf(targets(), options.storageOf, onError) : [given.storage]

  const sweeper = createSweeper({
    storages,
    mark: stagedMark(name),
    expiresInSeconds: options.expiresInSeconds,
    everySeconds: options.sweepEverySeconds,
    follow,
    onSwept: observers.swept,
    onError,
  })

  /** What the calls of one person have in common. */
  function callsOf(ctx: Context) {
    const subject = options.subjectOf(ctx)
    const say = options.wordsFor({ ctx, req: undefined })
    const begin = () =>
      createTransaction({
        say,
        follow,
        onError,
        onUsed: (claims) => options.quotas.giveBack(claims),
        onPromoted: ({ stored, target, id }) => observers.promoted({ ctx, target, subject, id, stored: { ...stored } }),
      })
    return { subject, say, begin }
  }

  const sticky: Sticky<Context> = {
    name,
    register: (source) => registry.register(source),
    targets,
    limits(target) {
      const { limits, leaves } = knownTarget(target)
      return { ...widestOf(limits), ...widestCounts(leaves.map(({ counts }) => counts)) }
    },
    async run({ ctx, procedure, input, consume = "all" }, work) {
      const { subject, say, begin } = callsOf(ctx)
      const transaction = begin()
      const fields = registry.fields(procedure)
      const ofCall = () => ({ transaction, each: false })
      async function call() {
        const scope = await openScope(options, { procedure, input, fields, subject, say, begin: ofCall })
        let result: Awaited<ReturnType<typeof work>>
        try {
          result = await world.run(scope, work)
          // Two racing calls that only looked at a file: still one of them wins.
          if (consume === "all") for (const staged of scope.resolved()) await transaction.use(staged)
        } catch (error) {
          await transaction.rollback()
          throw error
        }
        await transaction.commit()
        return result
      }
      return fields ? follow({ name: "submit", procedure }, call) : call()
    },
    async parse(schema, value, { ctx, procedure }) {
      const fields = registry.fields(procedure)
      if (!fields) throw stickyError("target_unregistered", { procedure })
      const { subject, say, begin } = callsOf(ctx)
      const ofEach = () => ({ transaction: begin(), each: true })
      const scope = await openScope(options, { procedure, input: value, fields, subject, say, begin: ofEach })
      return world.run(scope, async () => schema.parse(value))
    },
    existing(stored, { ctx, target, expiresInSeconds }) {
      return existingField(options, stored, { ctx, target: knownTarget(target).target, expiresInSeconds })
    },
    preview: (token, { ctx, expiresInSeconds }) => createReference(options, token, { ctx, expiresInSeconds }),
    sweep: (given) => sweeper.sweep(given),
    close: () => sweeper.close(),
  }
  internals.set(sticky, { options: options as unknown as ResolvedOptions<never>, registry })
  return sticky
}
