import { once } from "node:events"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3"

export interface Received {
  /** Method and what is asked for, such as `PUT part`. */
  name: string
  key: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
}

interface Answer {
  status?: number
  headers?: object
  body?: string | Buffer
}

/** What happens to a request instead of its answer. `lost`: it is carried out, and nobody hears of it. */
type Fate = "hangs" | "lost" | number

export interface StandIn {
  client: S3Client
  received: Received[]
  /** What there is by its key, with the headers that it was written with. */
  objects: Map<string, { body: Buffer; headers: IncomingHttpHeaders }>
  /** Uploads of parts under way, by their ids. */
  uploads: Map<string, { key: string; headers: IncomingHttpHeaders; parts: Map<string, Buffer> }>
  connections(): Promise<number>
}

/**
 * A store in this process, for what no real one at hand does: S3's own conditions, answers that get lost at a chosen
 * moment, stores that overlook what they are told. It keeps what was asked of it, and verifies no signature.
 */
export async function startStandIn(
  fate: (received: Received) => Fate | undefined = () => undefined,
  {
    heedsConditions = true,
    pageSize = 1000,
    ...config
  }: S3ClientConfig & { heedsConditions?: boolean; pageSize?: number } = {},
): Promise<StandIn & { stop(): Promise<void> }> {
  const received: Received[] = []
  const objects: StandIn["objects"] = new Map()
  const uploads: StandIn["uploads"] = new Map()
  let begun = 0

  function carryOut({ name, key, query, headers, body }: Received): Answer {
    const isTaken = heedsConditions && headers["if-none-match"] === "*" && objects.has(key)
    const uploadId = query.get("uploadId") ?? ""
    const upload = uploads.get(uploadId)
    const found = objects.get(key)
    switch (name) {
      case "PUT object":
        if (isTaken) return failure(412, "PreconditionFailed")
        objects.set(key, { body, headers })
        return {}
      case "PUT copy": {
        const source = objects.get(decodeURIComponent(String(headers["x-amz-copy-source"])).replace(/^\/?[^/]+\//, ""))
        if (!source) return failure(404, "NoSuchKey")
        if (isTaken) return failure(412, "PreconditionFailed")
        objects.set(key, { body: source.body, headers })
        return { body: "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>" }
      }
      case "POST uploads":
        begun += 1
        uploads.set(`u${begun}`, { key, headers, parts: new Map() })
        return { body: `<R><UploadId>u${begun}</UploadId></R>` }
      case "PUT part":
        if (!upload) return failure(404, "NoSuchUpload")
        upload.parts.set(query.get("partNumber") ?? "", body)
        return { headers: { etag: `"${query.get("partNumber")}"` } }
      case "POST upload":
        if (!upload) return failure(404, "NoSuchUpload")
        if (isTaken) return failure(412, "PreconditionFailed")
        uploads.delete(uploadId)
        objects.set(key, { body: whole(upload.parts), headers: upload.headers })
        return { body: "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>" }
      case "DELETE upload":
        return uploads.delete(uploadId) ? { status: 204 } : failure(404, "NoSuchUpload")
      case "DELETE object":
        objects.delete(key)
        return { status: 204 }
      case "GET uploads": {
        const all = [...uploads].filter(([, { key }]) => key.startsWith(query.get("prefix") ?? ""))
        const from = all.findIndex(([id]) => id === query.get("upload-id-marker")) + 1
        const page = all.slice(from, from + pageSize)
        const entries = page.map(
          ([id, { key }]) =>
            `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>2020-01-01T00:00:00Z</Initiated></Upload>`,
        )
        const [last] = page.at(-1) ?? []
        const next = `<NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>${last}</NextUploadIdMarker>`
        const isMore = from + pageSize < all.length
        return { body: `<L>${entries.join("")}<IsTruncated>${isMore}</IsTruncated>${isMore ? next : ""}</L>` }
      }
      case "GET list": {
        const all = [...objects].filter(([key]) => key.startsWith(query.get("prefix") ?? ""))
        const from = Number(query.get("continuation-token") ?? 0)
        const entries = all
          .slice(from, from + pageSize)
          .map(([key, { body }]) => `<Contents><Key>${key}</Key><Size>${body.length}</Size></Contents>`)
        const next =
          from + pageSize < all.length ? `<NextContinuationToken>${from + pageSize}</NextContinuationToken>` : ""
        return { body: `<ListBucketResult>${entries.join("")}${next}</ListBucketResult>` }
      }
      default: {
        if (!found) return failure(404, "NoSuchKey")
        const mark = found.headers["x-amz-meta-sticky-write"]
        const about = {
          "content-length": found.headers["x-declared-length"] ?? found.body.length,
          etag: '"e"',
          ...(mark && { "x-amz-meta-sticky-write": mark }),
        }
        return { headers: about, body: name === "HEAD object" ? "" : found.body }
      }
    }
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? "", "http://127.0.0.1")
    const { method, headers } = request
    const one: Received = {
      name: `${method} ${kindOf(method, query, headers)}`,
      key: pathname.split("/").slice(2).join("/"),
      query,
      headers,
      body: await buffer(request).catch(() => Buffer.alloc(0)),
    }
    received.push(one)
    const comes = fate(one)
    if (comes === "hangs") return
    const answer = typeof comes === "number" ? failure(comes, "Chosen") : carryOut(one)
    if (comes === "lost") return void request.socket.destroy()
    response.writeHead(answer.status ?? 200, { ...answer.headers }).end(answer.body)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "KEY", secretAccessKey: "SECRET" },
    requestChecksumCalculation: "WHEN_REQUIRED",
    ...config,
  })
  return {
    client,
    received,
    objects,
    uploads,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async stop() {
      client.destroy()
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

function kindOf(method: string | undefined, query: URLSearchParams, headers: IncomingHttpHeaders): string {
  if (query.has("partNumber")) return headers["x-amz-copy-source"] ? "part copy" : "part"
  if (query.has("uploadId")) return "upload"
  if (query.has("uploads")) return "uploads"
  if (query.has("list-type")) return "list"
  return method === "PUT" && headers["x-amz-copy-source"] ? "copy" : "object"
}

const whole = (parts: Map<string, Buffer>) =>
  Buffer.concat([...parts].sort(([one], [other]) => Number(one) - Number(other)).map(([, bytes]) => bytes))

const failure = (status: number, code: string): Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>m</Message></Error>`,
})
