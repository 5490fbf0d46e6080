const maxBytes = 255
// Control characters (C0, DEL, C1) and those that reorder or hide text around them (Unicode TR36). The two joiners stay:
// Persian words and many emoji are written with them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
const unshowable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * Makes of a client's file name a text that is safe to show: the last part of a path, without control characters and
 * direction overrides, at most 255 bytes of UTF-8 with its extension kept. Never a path, never a key (P3).
 */
export function displayName(raw: string): string {
  const base = raw.slice(Math.max(raw.lastIndexOf("/"), raw.lastIndexOf("\\")) + 1)
  // Removed before composing: a hidden character between a letter and its accent keeps the two apart.
  const name = Buffer.from(base).toString().replace(unshowable, "").normalize("NFC").trim()
  if (/^(?:\u200c|\u200d|\s)*$/.test(name) || name === "." || name === "..") return "unnamed"
  if (Buffer.byteLength(name) <= maxBytes) return name
  const dot = name.lastIndexOf(".")
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 20 ? name.slice(dot) : ""
  const stem = Buffer.from(name)
    .subarray(0, maxBytes - Buffer.byteLength(extension))
    .toString()
  // A character cut in the middle decodes to U+FFFD at the end.
  return `${stem.replace(/\ufffd+$/, "")}${extension}`.trim()
}
