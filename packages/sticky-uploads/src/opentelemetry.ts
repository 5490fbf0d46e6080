/**
 * Spans and metrics of uploads, by the OpenTelemetry API.
 * @module
 */

import {
  type Attributes,
  context,
  type Meter,
  type MeterProvider,
  metrics,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from "@opentelemetry/api"
import { type Activity, type Ending, isStickyError, type Telemetry } from "./server.js"

export interface OpenTelemetryOptions {
  /** Who takes the spans. @default the global one */
  tracerProvider?: TracerProvider
  /** Who takes the metrics. @default the global one, as it is once the first upload begins */
  meterProvider?: MeterProvider
}

const scope = "sticky-uploads"

// Those of HTTP's semantic conventions, and what uploads take beyond.
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300, 1800]
const bytes = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]

function createInstruments(meter: Meter) {
  const duration = (name: Activity["name"], description: string) =>
    meter.createHistogram(`sticky.${name}.duration`, {
      description,
      unit: "s",
      advice: { explicitBucketBoundaries: seconds },
    })
  const counter = (name: string, unit: string, description: string) => meter.createCounter(name, { unit, description })
  return {
    durations: {
      upload: duration("upload", "How long uploads took, from the request to its answer."),
      write: duration("write", "How long files took on their way into the storage where they wait."),
      inspect: duration("inspect", "How long inspectors looked at a file."),
      submit: duration("submit", "How long calls of procedures with files took."),
      promote: duration("promote", "How long files were copied for good."),
      sweep: duration("sweep", "How long sweeps took."),
    },
    active: meter.createUpDownCounter("sticky.upload.active", {
      description: "Uploads under way.",
      unit: "{upload}",
    }),
    size: meter.createHistogram("sticky.upload.size", {
      description: "Sizes of the files that were staged.",
      unit: "By",
      advice: { explicitBucketBoundaries: bytes },
    }),
    staged: counter("sticky.file.staged", "{file}", "Files whose token has gone out."),
    promoted: counter("sticky.file.promoted", "{file}", "Copies for good, of calls that succeeded."),
    swept: counter("sticky.file.swept", "{file}", "Files that sweeps removed."),
    refusals: counter("sticky.refusals", "{refusal}", "Requests, files and tokens that were refused."),
    failures: counter("sticky.failures", "{failure}", "What onError was told."),
  }
}

/** Under the names of the semantic conventions where there is one, and without what is not known. */
function attributesOf({ target, procedure, storage, inspector }: Omit<Activity, "name">): Attributes {
  const known = Object.entries({ target, procedure, storage, inspector }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(known.map(([key, value]) => [`sticky.${key}`, value]))
}

const failureOf = (code: string | undefined): Attributes => ({ "error.type": code ?? "internal_error" })

/**
 * Makes a telemetry for `createSticky({ telemetry })` that writes spans and metrics. Their attributes are targets, procedures,
 * codes, and the names of storages and inspectors: never a token, a key, a person, a file's name, or what a client made up.
 */
export function createOpenTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const tracer = (options.tracerProvider ?? trace).getTracer(scope)
  let made: ReturnType<typeof createInstruments> | undefined
  function instruments() {
    // Not before they are used: those of a meter that the SDK has not replaced yet would never count.
    made ??= createInstruments((options.meterProvider ?? metrics).getMeter(scope))
    return made
  }

  function refuse(attributes: Attributes, code: string): void {
    instruments().refusals.add(1, { ...attributes, "sticky.code": code })
  }

  return {
    begin(activity) {
      const { name } = activity
      const { durations, active } = instruments()
      const attributes = attributesOf(activity)
      const span = tracer.startSpan(`sticky.${name}`, { attributes })
      const own = trace.setSpan(context.active(), span)
      const beganAt = performance.now()
      if (name === "upload") active.add(1, attributes)
      return {
        run: (work) => context.with(own, work),
        end({ outcome, code }: Ending) {
          if (name === "upload") active.add(-1, attributes)
          const failure = outcome === "failed" ? failureOf(code) : {}
          const result = { "sticky.outcome": outcome, ...failure }
          durations[name].record((performance.now() - beganAt) / 1000, { ...attributes, ...result })
          // At the endpoint and in forms it is told by itself; by the schema it is only known here.
          if (name === "submit" && outcome === "refused" && code) refuse(attributes, code)
          span.setAttributes({ ...result, ...(outcome === "refused" && code ? { "sticky.code": code } : {}) })
          if (outcome === "failed") span.setStatus({ code: SpanStatusCode.ERROR, ...(code ? { message: code } : {}) })
          span.end()
        },
      }
    },
    onStaged({ target, storage, size }) {
      const attributes = attributesOf({ target, storage })
      instruments().staged.add(1, attributes)
      instruments().size.record(size, attributes)
    },
    onRefused({ code, target, form }) {
      // Of no field, it is what a client made up.
      refuse(attributesOf({ target: code === "target_unknown" ? undefined : target, procedure: form }), code)
    },
    onPromoted({ target, stored }) {
      instruments().promoted.add(1, attributesOf({ target, storage: stored.storage }))
    },
    onSwept({ storages }) {
      const { swept } = instruments()
      for (const { storage, removedFiles, removedUnfinished } of storages) {
        swept.add(removedFiles, { ...attributesOf({ storage }), "sticky.kind": "staged" })
        swept.add(removedUnfinished, { ...attributesOf({ storage }), "sticky.kind": "unfinished" })
      }
    },
    onError(error) {
      instruments().failures.add(1, failureOf(isStickyError(error) ? error.code : undefined))
    },
  }
}
