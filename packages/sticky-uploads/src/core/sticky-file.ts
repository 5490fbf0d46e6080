import type { Storage } from "./storage.js"

/** The stream class of the world this is compiled in: the browser's and Node's own, which agree. */
export type WebStream = typeof globalThis extends { ReadableStream: { prototype: infer Stream } } ? Stream : never

type GlobalFile = typeof globalThis extends { File: { prototype: infer WorldFile } } ? WorldFile : FileLike

/**
 * The File of whatever world this is read in. An interface, so that a declaration written in one world (a router's, on
 * the server) names it instead of spelling out that world's own class, and a browser reads its own File there.
 */
export interface File extends GlobalFile {
  readonly name: string
  readonly size: number
  readonly type: string
}

/** What is read of a File, in whatever world it comes from. */
export interface FileLike {
  readonly name: string
  readonly size: number
  readonly type: string
  stream(): AsyncIterable<Uint8Array>
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> }
  arrayBuffer(): Promise<ArrayBuffer>
  text(): Promise<string>
}

/** What `promote` returns: plain JSON, to keep in a database. */
export interface Stored {
  /** The storage's `name`. */
  storage: string
  /** The key in that storage; opaque, ours. */
  key: string
  /** The client's name for the file: display text, never a path. */
  name: string
  /** Bytes, as counted. */
  size: number
  /** Media type, as sniffed from the bytes. */
  type: string
  /** Lower-case hexadecimal, when a checksum was asked for. */
  sha256?: string
}

export interface PromoteOptions {
  /** The key to store under, instead of a random one. Never build it from the file's name. */
  key?: string
}

/**
 * The output of `z.stickyFile()`: a file that came as bytes or as a token, one and the same from here on.
 *
 * `name` is what the client called it and is only for display; `size` and `type` come from the bytes.
 */
export interface StickyFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Media type. For a raw file it is known for certain once the file was first read or promoted. */
  readonly type: string
  /**
   * The token's id, however often that token is submitted; missing for a raw or an existing file. In a unique column it keeps a crash
   * between your row and the end of the call from making two rows.
   */
  readonly id: string | undefined
  /**
   * What `sticky.existing` was given, where the form kept that file: nothing is to be stored. Missing for a new file, and in
   * a browser, which is not told where a file is.
   */
  readonly existing: Stored | undefined
  /** Lower-case hexadecimal, when a checksum was asked for. Of a raw file it is known once its bytes have been read. */
  readonly sha256: string | undefined
  /**
   * @throws StickyError `token_used`, `token_gone`, `file_type_refused` while it is read; `content_stored` for an existing
   * file, which the app opens itself.
   */
  stream(): WebStream
  arrayBuffer(): Promise<ArrayBuffer>
  text(): Promise<string>
  /**
   * Copies the file into a storage for good. In a procedure or form the copy is undone when the call fails, and the
   * staged file is consumed only when it succeeds. An existing file stays where it is: this is its `existing`.
   * @throws StickyError `token_used`, `token_busy`, `token_gone`, `file_type_refused`, `storage_failed`
   */
  promote(storage: Storage, options?: PromoteOptions): Promise<Stored>
  /** Removes the staged file now; its token is gone. Of a raw file there is nothing to remove, and an existing one is the app's. */
  discard(): Promise<void>
}

/** Tells a File of any realm; a value that came as JSON cannot have the methods. */
export function isFile(value: unknown): value is File & FileLike {
  if (typeof value !== "object" || value === null) return false
  const file = value as Partial<FileLike>
  // The File of jsdom has no stream.
  const hasContent = typeof file.stream === "function" || typeof file.slice === "function"
  return typeof file.name === "string" && typeof file.size === "number" && hasContent
}

/** Tells what an untouched file input or an empty hidden field sends: nothing. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === "" || (isFile(value) && value.size === 0 && value.name === "")
}
