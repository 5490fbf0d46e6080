import { type NextRequest, NextResponse } from "next/server"

// Of uploads that came through here, Next would keep 10 MB in memory, and cut off the rest.
export const config = { matcher: [{ source: "/", missing: [{ type: "cookie", key: "visitor" }] }] }

/** Gives each new visitor a name. With a login there is no need for it. */
export function proxy({ nextUrl }: NextRequest) {
  const response = NextResponse.next()
  const secure = nextUrl.protocol === "https:"
  response.cookies.set("visitor", crypto.randomUUID(), { httpOnly: true, sameSite: "lax", secure, maxAge: 31_536_000 })
  return response
}
