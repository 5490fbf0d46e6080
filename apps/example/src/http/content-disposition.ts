/**
 * Writes the header that makes a browser save a file under its name, in both forms of RFC 6266: `filename*` in UTF-8
 * (RFC 5987) and, for what does not read it, an ASCII `filename`. A path in the name stays behind.
 */
export function attachmentHeader(name: string): string {
  // Through UTF-8 and back, as encodeURIComponent throws on half a surrogate pair.
  const text = Buffer.from(name)
    .toString()
    .replace(/\p{Cc}/gu, "")
  const base = text.split(/[/\\]/).pop() || "file"
  const ascii = base.replace(/[^\x20-\x7e]|["\\%]/g, "_")
  const encoded = encodeURIComponent(base).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
