import type { StickyErrorDetails } from "../../core/errors.js"
import { readParameters } from "./parameters.js"

/** What a scanner reports, in the order of the bytes. */
export interface ScannerEvents {
  /** A part begins; `head` is its raw header block without the empty line, at most `maxHeaderBytes` long. */
  partBegin(head: Buffer): void
  /** Bytes of the current part: a view of the chunk they came in, never a copy. */
  partData(bytes: Uint8Array): void
  partEnd(): void
  /** The closing boundary was read; what follows is ignored. */
  finish(): void
}

export interface Scanner {
  /** Reads one chunk. @throws MultipartError */
  write(chunk: Buffer): void
  /** Tells that no chunk follows. @throws MultipartError when the closing boundary is missing. */
  end(): void
}

/** A body that is not multipart/form-data as RFC 7578 and RFC 2046 have it, or goes over a limit. */
export class MultipartError extends Error {
  constructor(
    readonly reason: string,
    readonly limit?: StickyErrorDetails["multipart_limit"],
  ) {
    super(reason)
  }
}

const CR = 13
const lineBreak = Buffer.from("\r\n")
const headEnd = Buffer.from("\r\n\r\n")
// RFC 2046 5.1.1: bcharsnospace, and at most 70 of them.
const boundaryGrammar = /^[0-9A-Za-z'()+_,./:=?-]{1,70}$/

/** Reads the boundary of a multipart/form-data content type, or `undefined` when it has not one that RFC 2046 allows. */
export function boundaryOf(contentType: string): string | undefined {
  const kind = /^multipart\/form-data[ \t]*/i.exec(contentType)
  const boundary = kind ? readParameters(contentType.slice(kind[0].length))?.get("boundary")?.value : undefined
  return boundary !== undefined && boundaryGrammar.test(boundary) ? boundary : undefined
}

/**
 * Splits a multipart body into parts in one pass. Time is linear in the body's length whatever its bytes: the delimiter
 * holds one carriage return, at its start, so a partial match never has to be tried again from within.
 */
export function createScanner(boundary: string, events: ScannerEvents, maxHeaderBytes: number): Scanner {
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1")
  let state: "preamble" | "part" | "delimited" | "head" | "epilogue" = "preamble"
  // How much of the delimiter the last chunk ended with. The body's first delimiter has no line break before it.
  let matched = 2
  // What was read after a delimiter, until its line or the part's header block is complete.
  let held: Buffer = Buffer.alloc(0)

  function data(bytes: Uint8Array): void {
    if (state === "part" && bytes.length > 0) events.partData(bytes)
  }

  function delimited(): void {
    if (state === "part") events.partEnd()
    state = "delimited"
    held = Buffer.alloc(0)
  }

  /** Reads content from `at` and returns where the chunk goes on after a delimiter, or its length. */
  function readContent(chunk: Buffer, at: number): number {
    if (matched > 0) {
      const rest = delimiter.subarray(matched)
      const length = Math.min(rest.length, chunk.length - at)
      if (rest.subarray(0, length).equals(chunk.subarray(at, at + length))) {
        matched += length
        if (matched < delimiter.length) return chunk.length
        matched = 0
        delimited()
        return at + length
      }
      data(delimiter.subarray(0, matched))
      matched = 0
    }
    const found = chunk.indexOf(delimiter, at)
    if (found >= 0) {
      data(chunk.subarray(at, found))
      delimited()
      return found + delimiter.length
    }
    // Only the last carriage return of the tail can begin a delimiter: a delimiter has no second one.
    const from = Math.max(at, chunk.length - delimiter.length + 1)
    const last = from + chunk.subarray(from).lastIndexOf(CR)
    const tail =
      last >= from && delimiter.subarray(0, chunk.length - last).equals(chunk.subarray(last)) ? last : chunk.length
    data(chunk.subarray(at, tail))
    matched = chunk.length - tail
    return chunk.length
  }

  /** Reads on after a delimiter: `--` closes the body, a line break begins a header block. */
  function readDelimited(chunk: Buffer, at: number): number {
    const before = held.length
    held = Buffer.concat([held, chunk.subarray(at, at + 256)])
    if (held.length >= 2 && held[0] === 45 && held[1] === 45) {
      state = "epilogue"
      events.finish()
      return chunk.length
    }
    const lineEnd = held.indexOf(lineBreak)
    const line = (lineEnd < 0 ? held : held.subarray(0, lineEnd)).toString("latin1")
    // Transport padding (RFC 2046 5.1.1) may follow a boundary; 128 bytes of it are more than anyone sends.
    const fits = lineEnd < 0 ? /^(?:[ \t]{0,128}\r?|-)$/ : /^[ \t]{0,128}$/
    if (!fits.test(line)) throw new MultipartError("a boundary is followed by other text")
    if (lineEnd < 0) return chunk.length
    state = "head"
    // The line break stays: a part without headers ends its block with the very next one.
    held = lineBreak
    return at + lineEnd + lineBreak.length - before
  }

  function readHead(chunk: Buffer, at: number): number {
    const before = held.length
    // The line break before the block, the block and its end mark; one byte more is a block too long.
    const most = lineBreak.length + maxHeaderBytes + headEnd.length
    held = Buffer.concat([held, chunk.subarray(at, at + most - before)])
    // Three bytes of the end mark may stand in what was held before.
    const end = held.indexOf(headEnd, Math.max(0, before - headEnd.length + 1))
    if (end < 0 && held.length === most) {
      throw new MultipartError("a part's headers are too long", {
        limit: "header bytes in a part",
        max: maxHeaderBytes,
      })
    }
    if (end < 0) return chunk.length
    state = "part"
    events.partBegin(held.subarray(Math.min(2, end), end))
    held = Buffer.alloc(0)
    return at + end + headEnd.length - before
  }

  return {
    write(chunk) {
      let at = 0
      while (at < chunk.length && state !== "epilogue") {
        if (state === "delimited") at = readDelimited(chunk, at)
        else if (state === "head") at = readHead(chunk, at)
        else at = readContent(chunk, at)
      }
    },
    end() {
      if (state !== "epilogue") throw new MultipartError("it ends before its closing boundary")
    },
  }
}
