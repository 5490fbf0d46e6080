/**
 * Writes the header that says under which name a browser saves a file, and whether it shows it instead: `filename*` in
 * UTF-8 and, for what does not read it, an ASCII `filename`. A path in the name stays behind.
 * @see https://www.rfc-editor.org/rfc/rfc6266
 */
export function contentDisposition(name: string, disposition: "attachment" | "inline" = "attachment"): string {
  // Through UTF-8 and back, as encodeURIComponent throws on half a surrogate pair.
  const text = Buffer.from(name)
    .toString()
    .replace(/\p{Cc}/gu, "")
  const base = text.split(/[/\\]/).pop() || "file"
  const ascii = base.replace(/[^\x20-\x7e]|["%]/g, "_")
  // RFC 8187 leaves fewer signs as they are than encodeURIComponent does.
  const encoded = encodeURIComponent(base).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${disposition}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
