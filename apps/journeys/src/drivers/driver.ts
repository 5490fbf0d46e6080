import type { Seen } from "./look.js"

/** One page of a browser. Its controls are found by the names that the browser gives to assistive technology. */
export interface Driver {
  open(url: string): Promise<void>
  reload(): Promise<void>
  fill(name: string, text: string): Promise<void>
  /** Picks the file at this path. */
  pick(name: string, path: string): Promise<void>
  press(name: string): Promise<void>
  tick(name: string): Promise<void>
  look(): Promise<Seen>
  /** As a `Cookie` header says them. */
  cookies(): Promise<string>
  close(): Promise<void>
}

/** Writes cookies as a header. */
export const cookieHeader = (cookies: readonly { name: string; value: string }[]) =>
  cookies.map(({ name, value }) => `${name}=${value}`).join("; ")

/** A browser that runs, and opens pages that know nothing of each other. */
export interface Browser {
  /** Opens a page in which scripts run, or, where the browser can be told so, do not. */
  newPage(hasScript: boolean): Promise<Driver>
  close(): Promise<void>
}
