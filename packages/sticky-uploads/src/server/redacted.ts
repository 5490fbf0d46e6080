import { extensionOf } from "../core/media-types.js"

/** A value without the context that hooks are given. */
export type Redacted<T> = T extends { ctx: unknown } ? Omit<T, "ctx"> : T

// Three parts of base64url, the last a signature: tokens, and what previews are asked for by.
const tokens = /(?<![\w-])[\w-]{16,}\.[\w-]{16,}\.[\w-]{43}(?![\w-])/g

/**
 * Copies an event or an error for a log: file names become `*.png (12 characters)`, also where a message says them, tokens
 * become `[token]`, and `ctx` is left out. Codes, targets, storages, sizes, stacks and causes stay. Of other classes'
 * instances only the class is told.
 */
export function redacted<T>(value: T): Redacted<T> {
  const scrub = scrubberOf(namesIn(value))
  const copies = new Map<object, unknown>()

  function copyFields(from: object, to: object): void {
    for (const [key, { value, enumerable }] of fieldsOf(from)) {
      if (key === "ctx") continue
      // A name may be what a stranger chose to hide a code with.
      const isKept = key === "code" && typeof value === "string"
      const redactedValue = isFileName(key, value, from) ? redactedName(value) : isKept ? value : copy(value)
      Object.defineProperty(to, key, { value: redactedValue, enumerable: enumerable === true, configurable: true })
    }
  }

  function copy(value: unknown): unknown {
    if (typeof value === "string") return scrub(value)
    if (typeof value !== "object" || value === null || value instanceof Date) return value
    if (copies.has(value)) return copies.get(value)
    if (!isOpen(value)) return `[${value.constructor?.name ?? "object"}]`
    if (Array.isArray(value)) {
      const list: unknown[] = []
      copies.set(value, list)
      for (const each of value) list.push(copy(each))
      return list
    }
    const to = value instanceof Error ? redactedError(value, scrub) : {}
    copies.set(value, to)
    copyFields(value, to)
    return to
  }

  // Sound: an event keeps its shape, and whatever else was given goes to a log.
  return copy(value) as Redacted<T>
}

/** Whether a value is looked into: ours, plain JSON, and errors of all kinds. */
function isOpen(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return Array.isArray(value) || value instanceof Error || prototype === null || prototype === Object.prototype
}

/** No getter is asked: it may do anything. */
const fieldsOf = (value: object) =>
  Object.entries(Object.getOwnPropertyDescriptors(value)).filter(([key, descriptor]) => {
    const isCopied = value instanceof Error && (key === "message" || key === "stack")
    return "value" in descriptor && !isCopied
  })

const isFileName = (key: string, value: unknown, owner: object): value is string =>
  (key === "name" || key === "filename") && typeof value === "string" && !(owner instanceof Error)

/** Every file name in a value. */
function namesIn(value: unknown, names = new Set<string>(), seen = new Set<object>()): Set<string> {
  if (typeof value !== "object" || value === null || seen.has(value) || !isOpen(value)) return names
  seen.add(value)
  for (const [key, { value: field }] of fieldsOf(value)) {
    if (key === "ctx") continue
    if (isFileName(key, field, value)) names.add(field)
    else namesIn(field, names, seen)
  }
  return names
}

/** Takes tokens, and these names, out of a text. */
function scrubberOf(names: ReadonlySet<string>): (text: string) => string {
  // As they are, and as JSON has them: what Zod says of its issues is JSON.
  const spellings = new Map(
    [...names].flatMap((name) =>
      [name, JSON.stringify(name).slice(1, -1)].map((text) => [text, redactedName(name)] as const),
    ),
  )
  spellings.delete("")
  const longestFirst = [...spellings.keys()].sort((a, b) => b.length - a.length)
  const written = longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|")
  const anyName = written ? new RegExp(written, "g") : undefined
  return (text) => {
    const tokenless = text.replace(tokens, "[token]")
    return anyName ? tokenless.replace(anyName, (name) => spellings.get(name) as string) : tokenless
  }
}

function redactedName(name: string): string {
  const extension = extensionOf(name)
  const { length } = [...name]
  return `*${/^[a-z0-9]{1,5}$/.test(extension) ? `.${extension}` : ""} (${length} character${length === 1 ? "" : "s"})`
}

function redactedError({ name, message, stack = "" }: Error, scrub: (text: string) => string): Error {
  const said = scrub(message)
  const error = new Error(said)
  Object.defineProperty(error, "name", { value: name, configurable: true })
  // Behind the message a stack holds places in code alone.
  const behind = stack.slice(Math.max(0, stack.indexOf(message)) + message.length)
  const places = behind.indexOf("\n    at ")
  error.stack = `${name}: ${said}${places < 0 ? "" : behind.slice(places)}`
  return error
}
