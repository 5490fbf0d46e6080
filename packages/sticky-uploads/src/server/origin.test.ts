import type { IncomingHttpHeaders, IncomingMessage } from "node:http"
import { describe, expect, it } from "vitest"
import { isSameOrigin } from "./origin.js"

const trusted = new Set(["https://partner.example"])
const admits = (headers: IncomingHttpHeaders) =>
  isSameOrigin({ headers: { host: "app.example", ...headers } } as IncomingMessage, trusted)

describe("P10", () => {
  it.each<[string, IncomingHttpHeaders]>([
    ["a page of the same origin", { "sec-fetch-site": "same-origin", origin: "https://app.example" }],
    [
      "a page of the same origin behind a proxy that renames the host",
      { "sec-fetch-site": "same-origin", origin: "https://www.example" },
    ],
    ["a person, by the address bar", { "sec-fetch-site": "none" }],
    ["an older browser on the same host", { origin: "https://app.example" }],
    ["an older browser on the same host and port", { origin: "http://app.example:8080", host: "app.example:8080" }],
    ["what is no browser", {}],
    ["a trusted origin", { "sec-fetch-site": "cross-site", origin: "https://partner.example" }],
    ["a trusted origin in an older browser", { origin: "https://partner.example" }],
  ])("admits %s", (_who, headers) => {
    expect(admits(headers)).toBe(true)
  })

  it.each<[string, IncomingHttpHeaders]>([
    ["another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
    ["another site that sends no Origin", { "sec-fetch-site": "cross-site" }],
    ["another host of the same site", { "sec-fetch-site": "same-site", origin: "https://other.app.example" }],
    ["another site whose Origin looks like ours", { "sec-fetch-site": "cross-site", origin: "https://app.example" }],
    ["an older browser on another site", { origin: "https://evil.example" }],
    ["an older browser on another port", { origin: "https://app.example:8080" }],
    ["a sandboxed page", { origin: "null" }],
    ["an Origin that is none", { origin: "app.example" }],
    ["an Origin that only begins like ours", { origin: "https://app.example.evil.example" }],
    ["an Origin with ours as its user", { origin: "https://app.example@evil.example" }],
    ["a trusted host over another scheme", { "sec-fetch-site": "cross-site", origin: "http://partner.example" }],
    ["a value of Sec-Fetch-Site that nobody knows", { "sec-fetch-site": "same-planet", origin: "https://app.example" }],
    ["a request without a host", { origin: "https://app.example", host: undefined }],
  ])("refuses %s", (_who, headers) => {
    expect(admits(headers)).toBe(false)
    expect(isSameOrigin({ headers } as IncomingMessage, "any")).toBe(true)
  })
})
