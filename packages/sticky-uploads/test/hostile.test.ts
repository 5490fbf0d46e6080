import { randomBytes } from "node:crypto"
import { describe, expect, it } from "vitest"
import { double } from "./support/doubles.js"
import { boundary, multipart, multipartType, partBytes, png, text, upload } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import { type Served, serve } from "./support/serve.js"
import { head } from "./support/wire.js"

expectNoStrayErrors()

const disposition = 'Content-Disposition: form-data; name="upload"; filename="a.png"'
const note = 'Content-Disposition: form-data; name="note"'

async function staysHealthy(server: Served, files = 0): Promise<void> {
  expect(await server.left()).toHaveLength(files)
  expect(server.errors).toEqual([])
  expect(await server.post("doc/image", [upload(png())])).toMatchObject({ status: 200, json: { is_valid: true } })
}

/** Sends a chunked body that never ends, until there is an answer, and says how much of it the server read. */
async function flood(server: Served, first: Uint8Array, more: Uint8Array) {
  const wire = await server.wire()
  const headers = { "X-User": "ann", "Content-Type": multipartType, "Transfer-Encoding": "chunked" }
  await wire.send(head("POST", "/sticky/doc/any", headers))
  const chunk = (bytes: Uint8Array) =>
    wire.send(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]))
  let isAnswered = false
  const answering = wire.answer().finally(() => {
    isAnswered = true
  })
  await chunk(first)
  while (!isAnswered && !wire.socket.destroyed) await chunk(more)
  const answer = await answering
  return { answer, bytesRead: server.requests[0]!.req.socket.bytesRead }
}

describe("P7", () => {
  it.each(["7bit", "8bit", "binary", "8BIT"])(
    "a text part with Content-Transfer-Encoding: %s, which ends formidable's process, is a text part",
    async (encoding) => {
      const server = await serve()
      const odd = { head: `${note}\r\nContent-Transfer-Encoding: ${encoding}`, bytes: "hello" }
      expect((await server.post("doc/image", [odd, upload(png())])).json).toMatchObject({ is_valid: true })
      await staysHealthy(server, 1)
    },
  )

  const heads: [string, string | Uint8Array, number, string][] = [
    ["Content-Transfer-Encoding: base64", `${note}\r\nContent-Transfer-Encoding: base64`, 400, "multipart_malformed"],
    ["an unknown Content-Transfer-Encoding", `${note}\r\nContent-Transfer-Encoding: x`, 400, "multipart_malformed"],
    ["base64 on the file", `${disposition}\r\nContent-Transfer-Encoding: base64`, 400, "multipart_malformed"],
    ["no header at all", "", 400, "multipart_malformed"],
    ["no Content-Disposition", "Content-Type: image/png", 400, "multipart_malformed"],
    ["an attachment's disposition", 'Content-Disposition: attachment; name="upload"', 400, "multipart_malformed"],
    ["no name", 'Content-Disposition: form-data; filename="a.png"', 400, "multipart_malformed"],
    ["two names", `${disposition}; name="other"`, 400, "multipart_malformed"],
    ["two file names", `${disposition}; filename="b.png"`, 400, "multipart_malformed"],
    ["two dispositions", `${disposition}\r\n${note}`, 400, "multipart_malformed"],
    ["an unclosed quote", 'Content-Disposition: form-data; name="upload', 400, "multipart_malformed"],
    ["a line without a colon", `${disposition}\r\nnonsense`, 400, "multipart_malformed"],
    ["a line that begins with a colon", `${disposition}\r\n: nonsense`, 400, "multipart_malformed"],
    ["binary rubbish", randomBytes(100), 400, "multipart_malformed"],
    [
      "21 lines",
      [disposition, ...Array.from({ length: 20 }, (_, at) => `X-${at}: y`)].join("\r\n"),
      413,
      "multipart_limit",
    ],
    ["17 kB", `${disposition}\r\nX-Long: ${"x".repeat(17_000)}`, 413, "multipart_limit"],
    ["a name of 2000 characters", `Content-Disposition: form-data; name="${"x".repeat(2000)}"`, 413, "multipart_limit"],
    ["a file name of 5000 characters", `${note}; filename="${"x".repeat(5000)}"`, 413, "multipart_limit"],
  ]

  it.each(heads)("a part's head with %s is refused, and an earlier file goes with it", async (_, odd, status, code) => {
    const server = await serve()
    const answer = await server.post("doc/image", [upload(png()), { head: odd, bytes: "x" }])
    expect(answer).toMatchObject({ status, json: { is_valid: false, code } })
    await staysHealthy(server)
  })

  const malformed: [string, string | Uint8Array][] = [
    ["an empty one", "\r\n"],
    ["one without a boundary", "x".repeat(1000)],
    ["one of another boundary", multipart(upload(png())).toString("latin1").replaceAll(boundary, "another")],
    ["one without its closing boundary", partBytes(upload(png()))],
    ["one cut off in its closing boundary", multipart(upload(png())).subarray(0, -5)],
    ["one cut off in a part's head", `--${boundary}\r\n${disposition}`],
    ["one cut off after its first boundary", `--${boundary}`],
    ["one with text after a boundary", `--${boundary}x\r\n${disposition}\r\n\r\nx\r\n--${boundary}--`],
    [
      "one with 200 spaces after a boundary",
      `--${boundary}${" ".repeat(200)}\r\n${disposition}\r\n\r\nx\r\n--${boundary}--`,
    ],
    ["one with a bare line feed after a boundary", `--${boundary}\n${disposition}\n\nx\n--${boundary}--`],
    ["one with a lone hyphen after a boundary", `--${boundary}-\r\n${disposition}\r\n\r\nx\r\n--${boundary}--`],
  ]

  it.each(malformed)("a body that is no multipart body is refused: %s", async (_, bytes) => {
    const server = await serve()
    expect(await server.post("doc/image", Buffer.from(bytes))).toMatchObject({
      status: 400,
      json: { is_valid: false, code: "multipart_malformed" },
    })
    await staysHealthy(server)
  })

  it("a body of only a closing boundary has no file", async () => {
    const server = await serve()
    expect(await server.post("doc/image", [])).toMatchObject({ status: 400, json: { code: "upload_missing" } })
    await staysHealthy(server)
  })

  it("a body that ends before its Content-Length leaves nothing", async () => {
    const server = await serve()
    const wire = await server.wire()
    const body = multipart(upload(png(4000)))
    await wire.send(
      head("POST", "/direct/doc/image", { "X-User": "ann", "Content-Type": multipartType, "Content-Length": 9000 }),
    )
    await wire.send(body.subarray(0, 3000))
    await server.request("OPTIONS", "doc/image")
    wire.socket.end()
    await wire.closed
    await Promise.all(server.handled)
    await staysHealthy(server)
  })

  it("chunked encoding that is broken in the middle leaves nothing", async () => {
    const server = await serve()
    const wire = await server.wire()
    const headers = { "X-User": "ann", "Content-Type": multipartType, "Transfer-Encoding": "chunked" }
    await wire.send(head("POST", "/direct/doc/image", headers))
    const first = partBytes(upload(png(4000))).subarray(0, 3000)
    await wire.send(Buffer.concat([Buffer.from(`${first.length.toString(16)}\r\n`), first, Buffer.from("\r\n")]))
    await server.request("OPTIONS", "doc/image")
    await wire.send("not a length\r\n")
    await wire.closed
    await Promise.all(server.handled)
    await staysHealthy(server)
  })

  it("a part's head without an end is cut off after 16 kB, however long it is sent", async () => {
    const server = await serve()
    const { answer, bytesRead } = await flood(
      server,
      Buffer.from(`--${boundary}\r\n${disposition}\r\nX-Endless: `),
      Buffer.alloc(50_000, "x"),
    )
    expect(answer).toMatchObject({ status: 413, json: { code: "multipart_limit", details: { max: 16_384 } } })
    expect(bytesRead).toBeLessThan(4_000_000)
    await staysHealthy(server)
  })

  it("a part's head of endless short lines is cut off too", async () => {
    const server = await serve()
    const { answer, bytesRead } = await flood(
      server,
      Buffer.from(`--${boundary}\r\n${disposition}\r\n`),
      Buffer.from("X: y\r\n".repeat(1000)),
    )
    expect(answer).toMatchObject({ status: 413, json: { code: "multipart_limit" } })
    expect(bytesRead).toBeLessThan(4_000_000)
    await staysHealthy(server)
  })

  it("10,000 parts are cut off after fifty, even while the storage is busy with the first", async () => {
    const server = await serve()
    const { answer, bytesRead } = await flood(
      server,
      partBytes(upload(png())),
      Buffer.concat(Array.from({ length: 500 }, () => partBytes(text("a", "b")))),
    )
    expect(answer).toMatchObject({
      status: 413,
      json: { code: "multipart_limit", details: { limit: "parts", max: 50 } },
    })
    expect(bytesRead).toBeLessThan(4_000_000)
    await staysHealthy(server)
  })

  it("a text part that never ends is not kept: it is cut off with the body", async () => {
    const server = await serve()
    const body = Buffer.concat([
      partBytes(text("a", "x".repeat(60_000))),
      partBytes(upload(png())),
      Buffer.from(`--${boundary}--`),
    ])
    expect((await server.post("doc/image", body)).json).toMatchObject({ is_valid: true })
    const over = Buffer.concat([partBytes(text("a", "x".repeat(80_000))), partBytes(upload(png()))])
    expect(await server.post("doc/image", over)).toMatchObject({ status: 413 })
    await staysHealthy(server, 1)
  })

  it("a hundred broken requests at once leave nothing", async () => {
    const server = await serve()
    const bodies = [
      ...malformed.map(([, bytes]) => bytes),
      ...heads.map(([, odd]) => partBytes({ head: odd, bytes: "x" })),
    ]
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => server.post("doc/image", Buffer.from(bodies[at % bodies.length]!))),
    )
    expect(answers.every(({ status }) => status === 400 || status === 413)).toBe(true)
    await staysHealthy(server)
  })
})

describe("P7: time is linear in the body's length whatever its bytes", () => {
  const size = 8 * 1024 * 1024
  const fill = (pattern: string | Uint8Array) => Buffer.alloc(size, pattern)

  /** The processor time of one upload in microseconds, the least of five, with a storage that costs nothing. */
  async function cost(server: Served, bytes: Uint8Array): Promise<number> {
    const body = multipart(upload(bytes, "a.bin"))
    let least = Infinity
    for (let turn = 0; turn < 5; turn += 1) {
      const before = process.cpuUsage()
      expect((await server.post("doc/any", body)).json).toMatchObject({ is_valid: true, size })
      const { user, system } = process.cpuUsage(before)
      least = Math.min(least, user + system)
    }
    return least
  }

  it.each<[string, () => Buffer]>([
    ["carriage returns", () => fill("\r")],
    ["line breaks", () => fill("\r\n")],
    ["line breaks and hyphens", () => fill("\r\n--")],
    ["boundaries but for their last character", () => fill(`\r\n--${boundary.slice(0, -1)}`)],
    ["boundaries with a carriage return inside", () => fill(`\r\n--${boundary.slice(0, -1)}\r`)],
    ["hyphens", () => fill("-")],
  ])("8 MiB of %s take less than ten times what random bytes take", async (what, make) => {
    const discarding = async (_: string, source: AsyncIterable<Uint8Array>) => {
      let total = 0
      for await (const chunk of source) total += chunk.length
      return { size: total }
    }
    const server = await serve({ wrap: (inner) => double(inner, { write: discarding }) })
    const random = randomBytes(size)
    // The floor keeps a lucky measurement of random bytes from making all others look bad.
    const ratio = (await cost(server, make())) / Math.max(await cost(server, random), 10_000)
    console.info(`8 MiB of ${what}: ${ratio.toFixed(2)} times the processor time of random bytes`)
    expect(ratio).toBeLessThan(10)
  })
})
