import { createHmac } from "node:crypto"
import { isIPv6, SocketAddress } from "node:net"
import type { TokenClaims } from "../core/token.js"
import type { StickyRequest } from "./exchange.js"

/** Who something counts for, as a token says it: a subject, or else a hash of an address. */
export type Person = Pick<TokenClaims, "sub" | "by">

export type PersonOf = (request: {
  req: StickyRequest
  subject: string | undefined
  /** What the app, which knows its proxies, takes for the client's. @default the socket's remote address */
  address: string | undefined
}) => Person

/** One text for each person, whoever shares what counts them. */
export const keyOf = ({ sub, by }: Person): string => (sub === undefined ? `address ${by}` : `subject ${sub}`)

const ownNetwork = /^($|0:0:0:0$|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd]|fe80:)/

/**
 * Tells persons apart. Addresses are hashed, as they go into tokens and into what all processes share.
 * @param secret all processes have it.
 * @param onError is told once of a proxy that makes all the world one address.
 */
export function createPersons(secret: string, onError: (error: unknown) => void): PersonOf {
  let isTold = false
  return ({ req, subject, address }) => {
    if (subject !== undefined) return { sub: subject }
    const network = networkOf(address ?? req.socket?.remoteAddress ?? "")
    const mistake = isTold ? undefined : mistakeIn(req, address, network)
    if (mistake) {
      isTold = true
      onError(new TypeError(`sticky-uploads: everyone without a subject counts as one ${mistake}`))
    }
    const hash = createHmac("sha256", secret).update(`sticky-uploads address\0${network}`)
    return { by: hash.digest("base64url").slice(0, 16) }
  }
}

/** Says by which mistake all the world is one address. */
function mistakeIn(
  { socket, headers }: StickyRequest,
  address: string | undefined,
  network: string,
): string | undefined {
  if (!socket && address === undefined)
    return "person, as nothing says where a request comes from; say it by the option address, or give createSticky a subject"
  const forwarded = headers["x-forwarded-for"]
  const isOfPeer = socket ? network === networkOf(socket.remoteAddress ?? "") : !forwarded?.includes(address ?? "")
  if (!forwarded || !isOfPeer || !ownNetwork.test(network)) return undefined
  return (
    `address, "${socket?.remoteAddress ?? network}", which looks like a proxy of yours; ` +
    (socket ? `let the app trust it, in Express by app.set("trust proxy", …)` : "let the option address see behind it")
  )
}

/** An address in its one spelling; of IPv6 the first 64 bits, as everybody has 2^64 of them. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  const { address } = new SocketAddress({ address: ip, family: "ipv6" })
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1]
  if (ipv4) return ipv4
  const [groups = [], rest = []] = address.split("::").map((side) => side.split(":").filter(Boolean))
  const zeros = Array.from({ length: 8 - groups.length - rest.length }, () => "0")
  return [...groups, ...zeros, ...rest].slice(0, 4).join(":")
}
