import type { StickyErrorCode } from "../core/errors.js"
import { redacted } from "./redacted.js"
import type { Telemetry } from "./telemetry.js"

/** What can take log lines: pino, or whatever has its shape. */
export interface Logger {
  info(fields: object, message: string): unknown
  warn(fields: object, message: string): unknown
  error(fields: object, message: string): unknown
}

// Somebody should look: an attack, two set-ups that do not fit together, or a limit that is met.
const warnings: ReadonlySet<StickyErrorCode> = new Set<StickyErrorCode>([
  "file_refused",
  "inspection_failed",
  "origin_refused",
  "preview_forbidden",
  "server_busy",
  "token_tampered",
  "token_wrong_subject",
  "token_wrong_target",
  "too_many_bytes",
  "too_many_uploads",
])

/**
 * Makes what writes a line for each event, without file names, tokens and contexts.
 * @throws TypeError when that is no logger.
 */
export function createLog(logger: Logger): Required<Omit<Telemetry, "begin">> {
  for (const level of ["info", "warn", "error"] as const) {
    if (typeof logger[level] !== "function")
      throw new TypeError(`sticky-uploads: logger has no ${level}(); give it pino, or what has its shape`)
  }
  return {
    onStaged: (event) => logger.info(redacted(event), "sticky-uploads: staged"),
    onRefused: (event) =>
      logger[warnings.has(event.code) ? "warn" : "info"](redacted(event), "sticky-uploads: refused"),
    onPromoted: (event) => logger.info(redacted(event), "sticky-uploads: promoted"),
    onSwept: (event) => logger.info(event, "sticky-uploads: swept"),
    onError: (error) => logger.error({ err: redacted(error) }, "sticky-uploads: failed"),
  }
}
