import { createServer, request } from "node:http"
import { listen } from "./listen.js"

// A picture is larger, and everything else that a form sends is smaller.
const pictureBytes = 50_000

/** A way to a server on which the pictures that pass are counted. */
export interface Wire {
  readonly url: string
  readonly sent: () => number
  stop(): Promise<void>
}

/** Stands between a browser and a server of 127.0.0.1, and changes nothing. */
export async function watchWire(port: number): Promise<Wire> {
  let sent = 0
  const server = createServer((req, res) => {
    let bytes = 0
    const { method, headers, url: path } = req
    const onward = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      if (bytes > pictureBytes) sent += 1
      res.writeHead(answer.statusCode as number, answer.rawHeaders)
      answer.pipe(res)
    })
    onward.on("error", () => res.destroy())
    res.on("close", () => onward.destroy())
    req.on("data", (data: Buffer) => {
      bytes += data.length
    })
    req.pipe(onward)
  })
  const { port: own, stop } = await listen(server)
  return { url: `http://127.0.0.1:${own}`, sent: () => sent, stop }
}
