import type { Storage } from "../core/storage.js"
import type { StickyRequest } from "./exchange.js"
import { createExistingTokens, type ExistingTokens } from "./existing-tokens.js"
import { createInspections, type InspectionOptions, type Inspections } from "./inspections.js"
import { createKeyring, type Keyring } from "./keyring.js"
import { createLog, type Logger } from "./log.js"
import { createObservers, type Observers, refusedEvent, type StickyHooks } from "./observers.js"
import { createPersons, type PersonOf } from "./person.js"
import { createQuotas, type QuotaOptions, type Quotas } from "./quotas.js"
import { createReport, printed } from "./report.js"
import { createResends, keptSeconds, type Resends } from "./resends.js"
import { createSharedNames } from "./shared-names.js"
import { createFollow, type Follow, type Telemetry } from "./telemetry.js"
import { createUploadSeconds, type UploadSeconds } from "./upload-seconds.js"
import { createWords, type MessagesOption, type MessagesRequest, type Say } from "./words.js"

export interface StickyOptions<Context> extends StickyHooks<Context>, InspectionOptions {
  /**
   * What tells this sticky from another that shares its secrets or storage, such as `staff`: the tokens of each are good
   * with its own name only, and each sweeps its own files. 1 to 64 letters, digits, `-` and `_`; readable in the token.
   * @default none
   */
  name?: string
  /** What tokens are signed with: the first signs, all verify, each at least 32 bytes. Keep them apart from other secrets. */
  secrets: readonly string[]
  /** Where staged files wait: one storage, or one per target. Every process that answers must share it. */
  storage: Storage | ((target: string) => Storage)
  /** Says who may upload to a target. Asked before a byte of the body is read, and again at submit is not needed: the token says so. */
  authorize: (request: { ctx: Context; target: string; req: StickyRequest }) => boolean | Promise<boolean>
  /** A stable id of the person (never a session's), to which tokens are bound. Readable in the token. @default none */
  subject?: (request: { ctx: Context }) => string | null | undefined
  /** How long a token is good. @default 86_400 (24 hours) */
  expiresInSeconds?: number
  /**
   * Origins beside the server's own whose pages may upload, such as `https://www.example.org`. For scripts there, put a
   * CORS middleware in front as well: this only says who is not refused.
   *
   * `"any"` switches the check off, and any page on the web can then upload, and post forms, as the person who looks at it.
   * Say it only with a middleware in front that checks a CSRF token, or where no cookie says who asks.
   * @default none
   */
  trustedOrigins?: readonly string[] | "any"
  /** Keeps the SHA-256 of every upload in its token and in `Stored`. @default off */
  checksum?: "sha256"
  /**
   * Replaces messages that people see: one table, or a function that picks one for each request. It may not wait. One that
   * throws leaves the message in English.
   * @default English
   */
  messages?: MessagesOption<Context>
  /**
   * How often staged files that expired are removed, in seconds, by one of the processes that share the storage; `false`
   * leaves it to `sticky.sweep()`.
   * @default 900 (15 minutes)
   */
  sweepEverySeconds?: number | false
  /** How long an upload may stand still, in seconds. @default 30 */
  idleSeconds?: number
  /**
   * How long an upload may take in all, in seconds. Node itself cuts it after the server's `requestTimeout`: raise that too;
   * where it is the shorter one, `onError` is told with the first upload.
   * @default the server's `requestTimeout` (300, unless the app says otherwise), or 3600 where it has none
   */
  maxUploadSeconds?: number
  /** How much one person, and one process, may have under way; asked after `authorize`, before a byte of the body is read. */
  quotas?: QuotaOptions
  /**
   * Is told what went wrong on our side: storages that fail, hooks that throw.
   * @default console.error, `redacted`; none where there is a `logger`
   */
  onError?: (error: unknown) => void
  /** Gets a line for everything that the hooks and `onError` are told, without names and tokens: pino, or what has its shape. @default none */
  logger?: Logger
  /** Follows each upload, submit and sweep: `createOpenTelemetry()`, or one of your own. @default none */
  telemetry?: Telemetry
}

export interface ResolvedOptions<Context> {
  readonly name: string | undefined
  readonly keyring: Keyring
  /** Signs what previews are asked for by. */
  readonly previewKeyring: Keyring
  /** Signs for files that the app has stored. */
  readonly existing: ExistingTokens
  readonly storageOf: (target: string) => Storage
  readonly authorize: StickyOptions<Context>["authorize"]
  readonly subjectOf: (ctx: Context) => string | undefined
  /** Whether anyone has a subject. */
  readonly hasSubjects: boolean
  readonly expiresInSeconds: number
  readonly trustedOrigins: ReadonlySet<string> | "any"
  readonly checksum: "sha256" | undefined
  readonly wordsFor: (request: MessagesRequest<Context>) => Say
  readonly sweepEverySeconds: number | false
  readonly idleSeconds: number
  readonly uploadSeconds: UploadSeconds
  readonly quotas: Quotas
  readonly personOf: PersonOf
  readonly resends: Resends
  /** Missing where nobody inspects. */
  readonly inspections: Inspections | undefined
  readonly observers: Observers<Context>
  readonly follow: Follow
  readonly onError: (error: unknown) => void
}

export function seconds(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new TypeError(`sticky-uploads: ${option} is ${value}; give a number of seconds over 0`)
}

function atLeastOne(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new TypeError(`sticky-uploads: ${option} is ${value}; give a whole number of 1 or more`)
}

function originOf(text: string): string {
  // "null" is what pages of nobody say, and a star is what no browser says.
  const isOrigin = URL.canParse(text) && new URL(text).origin === text && !text.includes("*")
  if (!isOrigin)
    throw new TypeError(`sticky-uploads: trustedOrigins has "${text}"; write it like "https://www.example.org"`)
  return text
}

/** As a part of keys it must be one that every storage can hold. */
function checkedName(name: string | undefined): string | undefined {
  if (name === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(name)) return name
  throw new TypeError(`sticky-uploads: name is "${name}"; give 1 to 64 letters, digits, "-" and "_"`)
}

/** @throws TypeError naming the option that is missing or makes no sense. */
export function resolveOptions<Context>(options: StickyOptions<Context>): ResolvedOptions<Context> {
  if (typeof options.authorize !== "function")
    throw new TypeError("sticky-uploads: createSticky needs authorize: say who may upload")
  if (!options.storage) throw new TypeError("sticky-uploads: createSticky needs a storage, such as createTempStorage()")
  const { storage, subject, trustedOrigins = [] } = options
  const name = checkedName(options.name)
  const sweepEverySeconds = options.sweepEverySeconds ?? 900
  const { telemetry, logger } = options
  const log = logger && createLog(logger)
  const watchers: readonly Telemetry[] = [log ?? [], telemetry ?? []].flat()
  const onError = createReport([
    options.onError ?? (log ? () => undefined : printed),
    ...watchers.flatMap((watcher) => watcher.onError?.bind(watcher) ?? []),
  ])
  const expiresInSeconds = seconds("expiresInSeconds", options.expiresInSeconds ?? 86_400)
  const { maxUploadSeconds, inspect: inspectors = [] } = options
  const observers = createObservers<Context>([...watchers, options], onError)
  const follow = createFollow(telemetry, onError)
  const quotas = createQuotas(options.quotas ?? {}, { name, expiresInSeconds, onError })
  const redis = options.quotas?.redis
  const prefix = `sticky-uploads:${name ?? ""}:sent`
  const sharedNames = redis && createSharedNames(redis, { prefix, seconds: keptSeconds, onError })
  const keyring = createKeyring(options.secrets ?? [], name)
  return {
    name,
    keyring,
    previewKeyring: createKeyring(options.secrets ?? [], name, "sticky-preview+jwt"),
    existing: createExistingTokens(options.secrets ?? [], name),
    storageOf: typeof storage === "function" ? storage : () => storage,
    authorize: options.authorize,
    subjectOf: (ctx) => subject?.({ ctx }) ?? undefined,
    hasSubjects: subject !== undefined,
    expiresInSeconds,
    trustedOrigins: trustedOrigins === "any" ? "any" : new Set(trustedOrigins.map(originOf)),
    checksum: options.checksum,
    wordsFor: createWords(options.messages, onError),
    sweepEverySeconds: sweepEverySeconds === false ? false : seconds("sweepEverySeconds", sweepEverySeconds),
    idleSeconds: seconds("idleSeconds", options.idleSeconds ?? 30),
    uploadSeconds: createUploadSeconds(
      maxUploadSeconds === undefined ? undefined : seconds("maxUploadSeconds", maxUploadSeconds),
      onError,
    ),
    quotas,
    // Sound: the key ring has seen that there is one.
    personOf: createPersons(options.secrets[0] as string, onError),
    resends: createResends(sharedNames, onError),
    inspections:
      inspectors.length === 0
        ? undefined
        : createInspections({
            inspectors,
            inspectSeconds: seconds("inspectSeconds", options.inspectSeconds ?? 10),
            maxInspectSeconds: seconds("maxInspectSeconds", options.maxInspectSeconds ?? 300),
            inspectAtOnce: atLeastOne("inspectAtOnce", options.inspectAtOnce ?? 10),
            follow,
            onError,
            onLateRefusal(claims, refusal) {
              quotas.giveBack(claims)
              const { aud: target, sub: subject } = claims
              observers.refused(refusedEvent(refusal, { ctx: undefined, target, subject, form: undefined }))
            },
          }),
    observers,
    follow,
    onError,
  }
}
