import type { StickyRequest } from "./exchange.js"

/**
 * Tells whether a request may come from where it says (P10). Browsers send `Sec-Fetch-Site` or, older ones, `Origin`
 * with every POST; what sends neither is no browser and carries nobody's cookies by accident.
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function isSameOrigin(req: StickyRequest, trustedOrigins: ReadonlySet<string> | "any"): boolean {
  if (trustedOrigins === "any") return true
  const { origin, host } = req.headers
  if (origin !== undefined && trustedOrigins.has(origin)) return true
  const site = req.headers["sec-fetch-site"]
  if (site !== undefined) return site === "same-origin" || site === "none"
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host
}
