import { contentDisposition } from "./content-disposition.js"

/** Which files a browser shows instead of saving them; `images` are PNG, JPEG, GIF, WebP and AVIF, never SVG. */
export type PreviewInline = "images"

/** Pictures that are nothing but pixels. */
const shown: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"])

/**
 * The headers of a file that a stranger made: no page of ours may come of it. Its type is only said where a browser is to
 * show it, and is the sniffed one.
 */
export function fileHeaders(file: { name: string; type: string }, inline: PreviewInline | undefined) {
  const isShown = inline === "images" && shown.has(file.type)
  return {
    "Content-Type": isShown ? file.type : "application/octet-stream",
    "Content-Disposition": contentDisposition(file.name, isShown ? "inline" : "attachment"),
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Accept-Ranges": "bytes",
  }
}
