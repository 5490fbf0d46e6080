import { decodedPath } from "../server.js"

/** What a request's path says behind the prefix; empty where it does not begin with it. */
export function pathUnder(prefix: string, { url }: Request): string {
  const { pathname } = new URL(url)
  const mount = prefix.replace(/\/$/, "")
  return pathname.startsWith(`${mount}/`) ? decodedPath(pathname.slice(mount.length)) : ""
}
