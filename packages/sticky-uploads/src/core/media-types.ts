// The types that forms ask for, by extension. IANA names; one line a family, so that the table stays small in a browser.
const table =
  "image/jpeg jpg jpeg jpe jfif,image/png png,image/gif gif,image/webp webp,image/avif avif,image/heic heic,image/heif heif," +
  "image/svg+xml svg,image/bmp bmp,image/tiff tif tiff,image/x-icon ico,image/vnd.adobe.photoshop psd," +
  "application/pdf pdf,application/rtf rtf,application/json json,application/xml xml,text/plain txt log,text/csv csv," +
  "text/tab-separated-values tsv,text/markdown md,text/html html htm,text/css css,text/calendar ics,text/vcard vcf," +
  "text/javascript js mjs,application/yaml yaml yml,application/sql sql," +
  "application/msword doc,application/vnd.ms-excel xls,application/vnd.ms-powerpoint ppt," +
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document docx," +
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx," +
  "application/vnd.openxmlformats-officedocument.presentationml.presentation pptx," +
  "application/vnd.oasis.opendocument.text odt,application/vnd.oasis.opendocument.spreadsheet ods," +
  "application/vnd.oasis.opendocument.presentation odp,application/epub+zip epub," +
  "application/zip zip,application/gzip gz,application/x-tar tar,application/x-7z-compressed 7z,application/vnd.rar rar," +
  "audio/mpeg mp3,audio/wav wav,audio/ogg ogg oga opus,audio/flac flac,audio/mp4 m4a,audio/aac aac," +
  "video/mp4 mp4 m4v,video/webm webm,video/quicktime mov,video/x-msvideo avi,video/x-matroska mkv,video/mpeg mpeg mpg," +
  "font/woff woff,font/woff2 woff2,font/ttf ttf,font/otf otf"

// Names that browsers and sniffers use for a type of the table.
const aliases =
  "image/jpg image/jpeg,image/pjpeg image/jpeg,image/x-png image/png,image/vnd.microsoft.icon image/x-icon," +
  "application/x-pdf application/pdf,text/xml application/xml,text/json application/json,text/yaml application/yaml," +
  "application/csv text/csv,text/x-csv text/csv,text/x-markdown text/markdown,application/javascript text/javascript," +
  "application/x-zip-compressed application/zip,application/x-gzip application/gzip,application/x-rar-compressed application/vnd.rar," +
  "audio/mp3 audio/mpeg,audio/x-wav audio/wav,audio/wave audio/wav,audio/vnd.wave audio/wav,audio/x-flac audio/flac," +
  "audio/x-m4a audio/mp4,audio/opus audio/ogg,video/x-m4v video/mp4,video/vnd.avi video/x-msvideo,video/avi video/x-msvideo,video/matroska video/x-matroska," +
  "text/rtf application/rtf,application/ogg audio/ogg"

let byExtension: Map<string, string> | undefined
let byAlias: Map<string, string> | undefined

function extensionTable(): Map<string, string> {
  byExtension ??= new Map(
    table.split(",").flatMap((line) => {
      const [type, ...extensions] = line.split(" ") as [string, ...string[]]
      return extensions.map((extension) => [extension, type] as const)
    }),
  )
  return byExtension
}

function aliasTable(): Map<string, string> {
  byAlias ??= new Map(aliases.split(",").map((pair) => pair.split(" ") as [string, string]))
  return byAlias
}

/** The last extension of a name in lower case without its dot, or `""`. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".")
  return dot < 0 ? "" : name.slice(dot + 1).toLowerCase()
}

/** The media type that forms mean by an extension (without its dot), or `undefined`. */
export function typeOfExtension(extension: string): string | undefined {
  return extensionTable().get(extension.toLowerCase())
}

/** Everything a browser may say of a file of some types: their extensions with a dot, and their aliases. */
export function namesOf(isMeant: (type: string) => boolean): string[] {
  const extensions = [...extensionTable()].flatMap(([extension, type]) => (isMeant(type) ? `.${extension}` : []))
  return [...extensions, ...[...aliasTable()].flatMap(([alias, type]) => (isMeant(type) ? alias : []))]
}

/** A media type in its one spelling: lower case, without parameters, aliases resolved; `""` for what is no type. */
export function normalizeType(type: string): string {
  const bare = (type.split(";", 1)[0] as string).trim().toLowerCase()
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(bare)) return ""
  return aliasTable().get(bare) ?? bare
}
