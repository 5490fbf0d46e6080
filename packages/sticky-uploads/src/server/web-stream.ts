import { ReadableStream } from "node:stream/web"

/** A web stream that pulls from a source only as fast as it is read, and lets go of it when it is cancelled. */
export function webStreamOf(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await source.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await source.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

export async function bufferOf(source: AsyncIterable<Uint8Array>): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  const { buffer, byteOffset, byteLength } = Buffer.concat(chunks)
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
}

export async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await bufferOf(source))
}
