import { type Refusal, refuse } from "./errors.js"
import { stickyError } from "./messages.js"
import type { TokenFile } from "./scope.js"
import type { File, FileLike, StickyFile, WebStream } from "./sticky-file.js"
import type { ExistingClaims, StickyToken, TokenClaims } from "./token.js"

declare function atob(text: string): string

/** What reading a token in a browser gives: what it says, without any check of who signed it, and no content. */
export function tokenInBrowser(token: StickyToken): TokenFile | Refusal {
  try {
    const payload = (token.split(".", 2)[1] as string).replaceAll("-", "+").replaceAll("_", "/")
    // JSON over bytes over base64: percent-encoding is the one way to decode UTF-8 that needs no class of a world.
    const utf8 = [...atob(payload)].map((byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")
    const claims = JSON.parse(decodeURIComponent(utf8)) as TokenClaims & Partial<ExistingClaims>
    const { jti: id, name, size, type, sha256 } = claims
    if (typeof name !== "string" || typeof size !== "number" || typeof type !== "string")
      return refuse("token_malformed", {})
    return { file: handle({ name, size, type, id, sha256 }), isExisting: claims.existing !== undefined }
  } catch {
    return refuse("token_malformed", {})
  }
}

/** A raw File of a browser as the schema's output: it can be read, but only a server can store it. */
export function fileInBrowser(file: File & FileLike): StickyFile {
  const { name, size, type } = file
  return handle({ name, size, type, id: undefined, sha256: undefined }, file)
}

function handle(
  facts: Pick<StickyFile, "name" | "size" | "type" | "id" | "sha256">,
  file?: File & FileLike,
): StickyFile {
  const unavailable = (): never => {
    throw stickyError("content_unavailable", { name: facts.name })
  }
  return {
    ...facts,
    existing: undefined,
    stream: () => (file ? (file.stream() as WebStream) : unavailable()),
    arrayBuffer: async () => (file ? file.arrayBuffer() : unavailable()),
    text: async () => (file ? file.text() : unavailable()),
    promote: async () => unavailable(),
    discard: async () => undefined,
  }
}
