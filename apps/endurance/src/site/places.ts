import { join } from "node:path"

/** The most that a file of the site's form may have. */
export const maxBytes = 2_000_000

export const uploadPath = "/sticky/submission.create/upload"
export const picturePath = "/sticky/submission.create/address.photo"
export const archivePath = "/sticky/archive.add/file"
export const formPath = "/submissions"
export const callPath = "/trpc/submission.create"

/** Where a site keeps staged files, and where it promotes them to. */
export const directoriesOf = (directory: string) => ({
  staged: join(directory, "staged"),
  kept: join(directory, "kept"),
})

/** What a token says, which anybody can read. */
export function claimsOf(token: string): Record<string, unknown> {
  const [, claims = ""] = token.split(".")
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>
}

/** Under which key the file of a token waits. */
export const stagedKey = (token: string): string => `staged.${claimsOf(token).jti}`

/** Tells the marks of used files and of sweeps from files. */
export const isMarker = (key: string): boolean => /\.claim-\d+$|\.sweep\./.test(key)
