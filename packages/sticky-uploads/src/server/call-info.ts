/** What tRPC's own adapters tell a context of its calls, for a request that is none. */
export interface StickyCallInfo {
  accept: null
  type: "mutation"
  isBatchCall: false
  calls: never[]
  connectionParams: null
  /** Aborts when the client is gone. */
  signal: AbortSignal
  url: URL | null
}

export const noCall = {
  accept: null,
  type: "mutation",
  isBatchCall: false,
  calls: [],
  connectionParams: null,
  url: null,
} as const satisfies Omit<StickyCallInfo, "signal">
