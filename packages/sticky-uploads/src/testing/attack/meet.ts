import type { Endpoint } from "./endpoint.js"
import type { ResolvedAttack } from "./options.js"
import { openWire, type Wire } from "./wire.js"

/** Shows the endpoint to someone; the connections that they open to it end with their visit. */
export async function meet<Result>(
  attack: ResolvedAttack,
  visit: (endpoint: Endpoint) => Promise<Result>,
  patienceMs = attack.patienceMs,
): Promise<Result> {
  const { url, headers, part, good, maxBytes, read } = attack
  const address = { hostname: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80) }
  const path = url.pathname + url.search
  const wires = new Set<Wire>()
  try {
    return await visit({
      part,
      good,
      maxBytes,
      patienceMs,
      open() {
        const wire = openWire(address, patienceMs)
        wires.add(wire)
        return wire
      },
      head: (lines, start = `POST ${path} HTTP/1.1`) =>
        [start, `Host: ${url.host}`, ...headers, ...lines, "", ""].join("\r\n"),
      path,
      outcomeOf(answer) {
        if (answer === "closed" || answer === "silence") return { came: answer }
        const taken = read(answer)
        if (taken) return { came: "taken", taken, files: 1 }
        return { came: answer.status < 400 ? "refused" : answer.status }
      },
    })
  } finally {
    for (const wire of wires) wire.close()
  }
}
