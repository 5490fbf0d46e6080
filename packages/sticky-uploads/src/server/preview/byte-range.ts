import type { ByteRange } from "../../core/storage.js"

/** What of a file is asked for: all of it, a part, or a part that it does not have. */
export type AskedRange = "all" | "unsatisfiable" | Required<ByteRange>

/**
 * Reads a `Range` header: one range, from a place on, up to one, or the last so many bytes. Several ranges, another unit
 * and what is no range ask for everything, as if the header were not there.
 * @param size of the file, in bytes.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function askedRange(header: string | undefined, size: number): AskedRange {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/i.exec(header ?? "") ?? []
  if (first === "" && last === "") return "all"
  const isSuffix = first === ""
  if (!isSuffix && last !== "" && Number(first) > Number(last)) return "all"
  const start = isSuffix ? Math.max(0, size - Number(last)) : Number(first)
  const end = isSuffix || last === "" ? size : Math.min(Number(last) + 1, size)
  return start < end ? { start, end } : "unsatisfiable"
}
