import { type Refusal, refuse } from "../../core/errors.js"
import { stickyError } from "../../core/messages.js"
import type { StickyRequest } from "../exchange.js"
import { declaredBytes, overheadBytes, refuseBody } from "../guard.js"
import type { Part } from "../receive/part.js"
import { type ReceiveLimits, receive } from "../receive/receive.js"

/** Where the parts of a form come from. */
export interface FormSource {
  /** How much it brings; one that does not say may bring anything. */
  readonly bytes: number
  /** Says whether what is known of it rules it out, before any of it is read. */
  refuse(maxFilesBytes: number): Refusal | undefined
  parts(limits: ReceiveLimits): AsyncIterable<Part>
}

/** A form as it comes from the wire. */
export const streamedForm = (req: StickyRequest): FormSource => ({
  bytes: declaredBytes(req),
  refuse: (maxFilesBytes) => refuseBody(req, maxFilesBytes),
  parts: (limits) => receive(req, limits),
})

/** The entries of a form that a framework has read: without those that React puts beside them. */
export const entriesOf = (formData: FormData) => [...formData].filter(([name]) => !name.startsWith("$ACTION"))

/** A form that a framework has read already, its files in memory. */
export function parsedForm(formData: FormData): FormSource {
  const entries = entriesOf(formData)
  const bytes = entries.reduce((sum, [, value]) => sum + sizeOf(value), 0)
  return {
    bytes,
    refuse: (maxFilesBytes) =>
      bytes > maxFilesBytes + overheadBytes
        ? refuse("body_too_large", { declaredBytes: bytes, maxBytes: maxFilesBytes })
        : undefined,
    async *parts({ maxParts }) {
      if (entries.length > maxParts) throw stickyError("multipart_limit", { limit: "parts", max: maxParts })
      for (const [name, value] of entries) yield partOf(name, value)
    },
  }
}

const sizeOf = (value: string | File) => (typeof value === "string" ? Buffer.byteLength(value) : value.size)

function partOf(name: string, value: string | File): Part {
  // What React makes of an untouched file input's empty name.
  const isUntouched = typeof value === "object" && value.size === 0 && value.name === "undefined"
  return {
    name,
    filename: typeof value === "string" ? undefined : isUntouched ? "" : value.name,
    [Symbol.asyncIterator]: () => bytesOf(value),
  }
}

async function* bytesOf(value: string | File): AsyncGenerator<Uint8Array> {
  if (typeof value === "string") yield Buffer.from(value)
  else yield* value.stream()
}
