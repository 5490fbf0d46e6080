import type { StickyUploader } from "./hooks.js"
import type { Part, StagedFile } from "./states.js"

/**
 * Takes in files that are on the server already, as what the page came with: before the others where the input takes
 * several, and else instead of what it came with so far. What the server said of the field stays at its status line.
 */
export function keepFiles(uploader: StickyUploader, files: readonly StagedFile[]): void {
  const { input, initial, parts } = uploader
  // Beside the numbers that the uploader gives, and those of another bundle on the page.
  const kept = files.map((file) => ({ ...file, id: Math.random(), state: "ready" }) as Part)
  uploader.initial = input.multiple ? [...kept, ...initial] : kept
  uploader.parts = input.multiple ? [...kept, ...parts] : input.value ? parts : kept
}
