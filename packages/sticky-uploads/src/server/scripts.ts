import { escapeHtml } from "../core/escape-html.js"
import type { StickyAnswer, StickyRequest } from "./exchange.js"
import { readScripts, type ScriptFile, scriptName } from "./script-files.js"

export interface ScriptOptions {
  /** Where the ready-made script lies. @default where the installed package has it */
  directory?: string
}

export interface ScriptTagOptions {
  /** Where the script is served, such as `/sticky`. */
  url: string
  /** A language tag such as `de` or `de-AT`; English where there is no build for it. @default English */
  language?: string | undefined
  /** More attributes, such as `data-submit`, `nonce` or `crossorigin`. `data-with` makes it the tag of the full script. */
  attributes?: Readonly<Record<string, string>>
}

export interface StickyScripts {
  /** Answers a request for one of the builds; `false`, and nothing done, when there is none of this name. */
  serve(request: { req: StickyRequest; res: StickyAnswer; name: string }): boolean
  /** Writes the script's tag for any template engine: URL, hash and attributes, escaped. */
  tag(options: ScriptTagOptions): string
}

function send({ bytes, version }: ScriptFile, req: StickyRequest, res: StickyAnswer): void {
  // Weak, as a compressing middleware may change the bytes on their way.
  const etag = `W/"${version}"`
  const [, query] = (req.url ?? "").split("?")
  // Asked for by a page of another release, these bytes must not be kept under that one's URL.
  const isOwnUrl = new URLSearchParams(query).get("v") === version
  const headers = {
    ETag: etag,
    "Cache-Control": isOwnUrl ? "public, max-age=31536000, immutable" : "no-cache",
    "X-Content-Type-Options": "nosniff",
  }
  if (req.headers["if-none-match"]?.includes(`"${version}"`)) {
    res.writeHead(304, headers).end()
    return
  }
  res.writeHead(200, {
    ...headers,
    "Content-Type": "text/javascript; charset=utf-8",
    "Content-Length": bytes.length,
  })
  res.end(req.method === "HEAD" ? undefined : bytes)
}

/**
 * Reads the ready-made script, to serve it and to write its tag with the hash of the very bytes that are served.
 * @throws TypeError when it is not there.
 */
export function createScripts({ directory }: ScriptOptions = {}): StickyScripts {
  const scripts = readScripts(directory)
  return {
    serve({ req, res, name }) {
      const script = scripts.get(name)
      if (!script) return false
      if (req.method === "GET" || req.method === "HEAD") send(script, req, res)
      else res.writeHead(405, { Allow: "GET, HEAD" }).end()
      return true
    },
    tag({ url, language, attributes = {} }) {
      const wanted = language?.toLowerCase()
      const isFull = Boolean(attributes["data-with"])
      // Sound: `readScripts` gives nothing that lacks one of the two in English.
      const script = [wanted, wanted?.split("-")[0], undefined]
        .map((each) => scripts.get(scriptName(isFull, each)))
        .find((each) => each !== undefined) as ScriptFile
      const { name, version, integrity } = script
      const all = { src: `${url.replace(/\/$/, "")}/${name}?v=${version}`, integrity, ...attributes }
      const written = Object.entries(all).map(([key, value]) => `${key}="${escapeHtml(value)}"`)
      return `<script ${written.join(" ")} defer></script>`
    },
  }
}
