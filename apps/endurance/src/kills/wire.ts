import { setTimeout as after } from "node:timers/promises"

export interface Answer {
  status: number
  headers: Headers
  json: unknown
}

/** What a killed server leaves of a request. */
export class Cut extends Error {}

async function send(url: string, init: RequestInit & { duplex?: "half" }): Promise<Answer> {
  try {
    const answer = await fetch(url, { method: "POST", ...init })
    return { status: answer.status, headers: answer.headers, json: await answer.json() }
  } catch (cause) {
    throw new Cut("the server was killed", { cause })
  }
}

async function* slowly(bytes: Buffer, pieces: number, pauseMs: number): AsyncGenerator<Uint8Array> {
  const size = Math.ceil(bytes.length / pieces)
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size)
    await after(pauseMs)
  }
}

/** Posts a form in so many pieces, with a pause after each: a client on a line that takes its time. */
export async function postForm(
  url: string,
  form: FormData,
  { pieces, pauseMs }: { pieces: number; pauseMs: number },
  others: Record<string, string> = {},
): Promise<Answer> {
  const whole = new Response(form)
  const headers = { ...others, "content-type": whole.headers.get("content-type") as string }
  const bytes = Buffer.from(await whole.arrayBuffer())
  // Sound: Node's fetch sends any async iterable.
  const body = slowly(bytes, pieces, pauseMs) as unknown as NonNullable<RequestInit["body"]>
  return send(url, { body, headers, duplex: "half" })
}

export const postJson = (url: string, value: unknown, others: Record<string, string> = {}): Promise<Answer> =>
  send(url, { body: JSON.stringify(value), headers: { ...others, "content-type": "application/json" } })
