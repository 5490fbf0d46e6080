import type { IncomingMessage } from "node:http"
import { describe, expect, it } from "vitest"
import type { StickyRequest } from "./exchange.js"
import { createPersons, keyOf, networkOf } from "./person.js"

const secret = "a secret of more than thirty-two bytes"
const request = (remoteAddress: string | undefined, headers: IncomingMessage["headers"] = {}) =>
  // Sound: of a request nothing else is read.
  ({ socket: { remoteAddress }, headers }) as IncomingMessage

function persons() {
  const errors: unknown[] = []
  const personOf = createPersons(secret, (error) => errors.push(error))
  return {
    errors,
    personOf,
    from: (address: string | undefined, headers?: IncomingMessage["headers"]) =>
      personOf({ req: request(address, headers), subject: undefined, address: undefined }),
  }
}

describe("networkOf", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::FFFF:cb00:7107", "203.0.113.7"],
    ["0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0DB8:0001:0002::9", "2001:db8:1:2"],
    ["2001:db8::", "2001:db8:0:0"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["unknown", "unknown"],
    ["", ""],
  ])("takes %s for %s", (ip, network) => {
    expect(networkOf(ip)).toBe(network)
  })
})

describe("createPersons", () => {
  it("goes by the subject where there is one, whatever the address", () => {
    const { personOf } = persons()
    const req = request("203.0.113.7")
    expect(personOf({ req, subject: "ann", address: undefined })).toEqual({ sub: "ann" })
    expect(personOf({ req, subject: "", address: undefined })).toEqual({ sub: "" })
  })

  it("goes by the address that the app says, and by the socket's where it says none", () => {
    const { personOf, from } = persons()
    const req = request("127.0.0.1")
    const said = personOf({ req, subject: undefined, address: "203.0.113.7" })
    expect(said).toEqual(from("203.0.113.7"))
    expect(said).not.toEqual(from("203.0.113.8"))
  })

  it("takes all addresses of one IPv6 network for one person, and of two for two", () => {
    const { from } = persons()
    expect(from("2001:db8:1:2::3")).toEqual(from("2001:db8:1:2:ffff::4"))
    expect(from("2001:db8:1:2::3")).not.toEqual(from("2001:db8:1:3::3"))
  })

  it("does not show the address, and hides it by the secret", () => {
    const { from } = persons()
    const person = from("203.0.113.7")
    expect(person.by).toMatch(/^[A-Za-z0-9_-]{16}$/)
    const other = createPersons("another secret of more than 32 bytes", () => {})
    expect(other({ req: request("203.0.113.7"), subject: undefined, address: undefined })).not.toEqual(person)
  })

  it("knows a request whose connection is gone from no other", () => {
    expect(persons().from(undefined)).toEqual(persons().from(undefined))
  })

  it("tells once of a proxy on its own network that makes everyone one address", () => {
    for (const proxy of ["127.0.0.1", "::ffff:10.1.2.3", "172.20.0.2", "192.168.0.9", "fd00::1", "::1", undefined]) {
      const { errors, from } = persons()
      for (const client of ["203.0.113.7", "203.0.113.8"]) from(proxy, { "x-forwarded-for": client })
      expect(errors, proxy ?? "a socket in the file system").toMatchObject([
        { name: "TypeError", message: expect.stringContaining('app.set("trust proxy", …)') },
      ])
    }
  })

  it("tells once that nothing says where requests come from, where they have no connection", () => {
    const { errors, personOf } = persons()
    const req = { headers: {} } as StickyRequest
    for (let count = 0; count < 2; count += 1) personOf({ req, subject: undefined, address: undefined })
    expect(errors).toMatchObject([{ name: "TypeError", message: expect.stringContaining("the option address") }])
  })

  it("tells of an address before a proxy where there is no connection to compare it with, unless the proxy said it", () => {
    const forwarded = { headers: { "x-forwarded-for": "10.0.0.9, 203.0.113.7" } as object } as StickyRequest
    const { errors, personOf } = persons()
    personOf({ req: forwarded, subject: undefined, address: "10.0.0.9" })
    expect(errors).toEqual([])
    personOf({ req: forwarded, subject: undefined, address: "10.0.0.1" })
    expect(errors).toMatchObject([
      { message: expect.stringContaining('"10.0.0.1", which looks like a proxy of yours') },
    ])
  })

  it("tells nothing where there is no proxy, the app trusts it, it is a stranger's, or a subject says who it is", () => {
    const { errors, personOf, from } = persons()
    const forwarded = { "x-forwarded-for": "203.0.113.7" }
    from("127.0.0.1")
    from("198.51.100.1", forwarded)
    personOf({ req: request("127.0.0.1", forwarded), subject: undefined, address: "203.0.113.7" })
    personOf({ req: request("127.0.0.1", forwarded), subject: "ann", address: undefined })
    expect(errors).toEqual([])
  })
})

describe("keyOf", () => {
  it("takes no subject for an address", () => {
    expect(keyOf({ sub: "address x" })).not.toBe(keyOf({ by: "x" }))
    expect(keyOf({ sub: "x" })).not.toBe(keyOf({ by: "x" }))
  })
})
