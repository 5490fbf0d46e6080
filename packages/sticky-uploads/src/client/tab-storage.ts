import type { StagedFile } from "./states.js"

// What a person may have switched off or filled up throws at each touch. A page works without it.

/** Reads what was kept under a key in this tab. */
export function readKept(key: string): readonly StagedFile[] {
  try {
    const kept: StagedFile[] = JSON.parse(sessionStorage.getItem(key) ?? "[]")
    return kept.filter(({ token }) => typeof token === "string")
  } catch {
    return []
  }
}

/** Keeps files under a key in this tab. What does not fit is not kept, and neither is what was there before. */
export function writeKept(key: string, files: readonly StagedFile[]): void {
  try {
    sessionStorage.removeItem(key)
    if (files.length) sessionStorage.setItem(key, JSON.stringify(files))
  } catch {
    // Nothing is kept then.
  }
}
