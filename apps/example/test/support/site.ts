import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createApp } from "../../src/app.js"
import { listen } from "../../src/listen.js"

/** The example, running on a free port over a data directory of its own. */
export interface Site {
  url: string
  dataDir: string
  stop(): Promise<void>
}

export async function startSite(): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), "sticky-example-"))
  const { url, stop } = await listen(await createApp({ dataDir }), 0)
  return {
    url,
    dataDir,
    stop: async () => {
      await stop()
      await rm(dataDir, { recursive: true })
    },
  }
}

/** Asks as a browser without JavaScript would: with a cookie, and showing redirects instead of following them. */
export type Visit = (path: string, options?: RequestInit) => Promise<Response>

/** Somebody who is not logged in. */
export function visitor(site: Site, cookie = ""): Visit {
  return (path, options = {}) =>
    fetch(new URL(path, site.url), { redirect: "manual", ...options, headers: { cookie, ...options.headers } })
}

/** Somebody who is, by the real login form. */
export async function loggedIn(site: Site, name: string, password = name): Promise<Visit> {
  const response = await visitor(site)("/login", { method: "POST", body: fields({ username: name, password }) })
  if (response.status !== 303) throw new Error(`login of ${name} answered ${response.status}`)
  return visitor(site, cookieOf(response))
}

/** The cookie a response sets, as a browser sends it back. */
export function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ")
}

export function fields(values: Record<string, string>): URLSearchParams {
  return new URLSearchParams(values)
}
