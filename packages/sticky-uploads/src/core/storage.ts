/** What a storage knows of one complete file. */
export interface StoredEntry {
  key: string
  /** Bytes. */
  size: number
  /** When the file became visible, in milliseconds since the epoch, by the storage's clock. */
  modifiedAt: number
}

/** Which bytes to read: from `start` to `end`, both counted from 0 and `end` excluded. */
export interface ByteRange {
  start: number
  end?: number
}

/** What a listing is asked for. A storage may list more: whoever lists looks at each key all the same. */
export interface ListOptions {
  /** What the keys begin with. */
  prefix?: string
  /** The key that those asked for come after. Only a storage that lists in the order of its keys leaves the others out. */
  after?: string | undefined
}

/**
 * A place for files. Keys are ours (`^[A-Za-z0-9_-][A-Za-z0-9._-]*$`, at most 200 characters), never a client's name.
 *
 * The contract suite in `sticky-uploads/testing` holds every sentence below; run it against a storage of your own.
 */
export interface Storage {
  /** A short name for logs and for `Stored.storage`. */
  readonly name: string
  /**
   * Stores all bytes of the source under a new key and resolves once they can be read, with their number. Reads no
   * faster than it can write. Until then, and for ever when the source or the storage fails, the key stays invisible
   * and nothing is left behind.
   * @throws StickyError `storage_conflict` when the key exists: an existing file is never touched, and of two racing writes one wins.
   * @throws StickyError `storage_failed`; a failing source's own error is thrown as it is.
   */
  write(key: string, source: AsyncIterable<Uint8Array>): Promise<{ size: number }>
  /**
   * Opens a file for reading, lazily and with backpressure. Whoever opens reads to the end or returns the iterator.
   * @throws StickyError `storage_missing`
   */
  open(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>
  /** Tells size and age, or `undefined` when there is no such file. */
  stat(key: string): Promise<StoredEntry | undefined>
  /**
   * Removes a file; one that is not there is no error. A storage that can tell resolves to whether there was one, and of
   * racing removals one to `true`: so several sweepers do not count a file twice.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: one that cannot tell resolves to nothing, as a `Promise<void>`
  remove(key: string): Promise<boolean | void>
  /** Lists complete files, in no order. Files written or removed meanwhile may be listed or not. */
  list(options?: ListOptions): AsyncIterable<StoredEntry>
  /** Copies a file of another storage without passing it through this process; resolves to false when it cannot. */
  copyFrom?(source: Storage, sourceKey: string, key: string): Promise<boolean>
  /** Removes what crashed writes left, older than the given milliseconds since the epoch; resolves to their number. */
  removeUnfinished?(before: number): Promise<number>
  /** A public address of a file, if the storage has one. */
  url?(key: string): string | null
}
