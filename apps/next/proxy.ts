import { type NextRequest, NextResponse } from "next/server"
import { tooLargePage } from "./server/too-large-page"

// Of the bodies that come through here Next keeps 10 MB in memory, and cuts off the rest: so uploads never do, nor do forms,
// but for those that are too large.
export const config = {
  matcher: [
    { source: "/", missing: [{ type: "cookie", key: "visitor" }] },
    { source: "/", has: [{ type: "header", key: "content-length", value: "\\d{8,}" }] },
  ],
}

/** Gives each new visitor a cookie, and says to whom sends a form that Next would not take what is wrong with it. */
export function proxy({ headers, nextUrl }: NextRequest): NextResponse {
  if (Number(headers.get("content-length")) >= 10_000_000) {
    return new NextResponse(tooLargePage, { status: 413, headers: { "Content-Type": "text/html; charset=utf-8" } })
  }
  const response = NextResponse.next()
  // A login would do better, and needs accounts.
  response.cookies.set("visitor", crypto.randomUUID(), {
    httpOnly: true,
    sameSite: "lax",
    secure: nextUrl.protocol === "https:",
    maxAge: 31_536_000,
  })
  return response
}
