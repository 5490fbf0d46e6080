import type { Refusal } from "../core/errors.js"
import { checkSize, checkSniffed, type ResolvedLimits } from "../core/limits.js"
import type { FileLike } from "../core/sticky-file.js"
import { displayName } from "./display-name.js"
import type { Inspect } from "./inspectors.js"
import { sniff, sniffBytes } from "./sniff.js"

/** What is known of a raw file before it is read. */
export interface Look {
  /** As sniffed. */
  type: string
  /** What the inspectors said; missing where they were not asked. */
  inspected?: { refusal: Refusal | undefined }
}

/**
 * Looks at a file that came with the call itself.
 * @param at where it stands. Inspectors are not asked about a file that no limit there lets in.
 */
export async function lookAt(
  file: FileLike,
  at: { target: string | undefined; limits: readonly ResolvedLimits[] },
  inspect: Inspect | undefined,
): Promise<Look> {
  const { size } = file
  const name = displayName(file.name)
  const head = "slice" in file ? await file.slice(0, sniffBytes).arrayBuffer() : new ArrayBuffer(0)
  const type = await sniff(Buffer.from(head), name, size <= sniffBytes)
  const isTaken = at.limits.some((each) => !checkSize({ name, size }, each) && !checkSniffed({ name, type }, each))
  if (!inspect || !isTaken) return { type }
  const { target } = at
  const open = async () => file.stream()
  return { type, inspected: { refusal: await inspect({ name, size, type, sha256: undefined, target, open }) } }
}
