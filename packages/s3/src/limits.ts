/** What S3 takes at most; other stores take the same. */
export interface Limits {
  /** Parts of one file. */
  readonly parts: number
  /** What one request copies. */
  readonly copyBytes: number
}

export const limitsOfS3: Limits = { parts: 10_000, copyBytes: 5_368_709_120 }
