/** What gave no answer, which is told once until it gives one, and left alone for a moment. */
export interface Outage {
  isResting(): boolean
  failed(cause: unknown): void
  passed(): void
}

const restMs = 5000

export function createOutage(sentence: string, onError: (error: unknown) => void): Outage {
  let isDown = false
  let askAgainAt = 0
  return {
    isResting: () => Date.now() < askAgainAt,
    failed(cause) {
      askAgainAt = Date.now() + restMs
      if (!isDown) onError(new Error(sentence, { cause }))
      isDown = true
    },
    passed() {
      isDown = false
    },
  }
}
