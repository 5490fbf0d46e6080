import { type Answer, postForm, postJson } from "../kills/wire.js"
import type { Row } from "./rows.js"
import { byHeader } from "./server.js"

/** What one of the processes answers to a form, or to a file for it. */
export interface Said {
  status: number
  /** The process that answered. */
  by: string
  /** Of what is wrong: of the file, of the title, of the request. */
  codes: string[]
  /** Of the file, where it was taken or is shown again. */
  token: string | undefined
  /** Where the form was accepted. */
  row: Row | undefined
}

/** How fast a client sends: in so many pieces, with a pause after each. */
interface Pace {
  pieces: number
  pauseMs: number
}

/** One person at a page of the app. Whatever asks rejects with a `Cut` when there is no answer of the app's. */
export interface Asking {
  /** Uploads a file, as the browser client does. */
  upload(bytes: Uint8Array, pace?: Pace): Promise<Said>
  /** Calls the procedure with a token, as a script does. */
  call(title: string, token: string): Promise<Said>
  /** Posts the form with a token, as a page does. */
  post(title: string, token: string): Promise<Said>
  /** Posts the form with its file, as a page without JavaScript does. */
  postWhole(title: string, bytes: Uint8Array, pace?: Pace): Promise<Said>
}

function saidBy({ status, headers }: Answer, rest: Partial<Said>): Said {
  return { status, by: headers.get(byHeader) ?? "nobody", codes: [], token: undefined, row: undefined, ...rest }
}

function saidOfUpload(answer: Answer): Said {
  const { stored, code } = answer.json as { stored?: string; code?: string }
  return saidBy(answer, { token: stored, codes: code === undefined ? [] : [code] })
}

function saidOfCall(answer: Answer): Said {
  const { result, error } = answer.json as { result?: { data: Row }; error?: { data: { codes: string[] } } }
  return saidBy(answer, { row: result?.data, codes: error?.data.codes ?? [] })
}

function saidOfForm(answer: Answer): Said {
  if (answer.status === 200) return saidBy(answer, { row: answer.json as Row })
  const { errors = {}, files } = answer.json as {
    errors?: Record<string, string[]>
    files?: { upload?: { token: string }[] }
  }
  return saidBy(answer, { token: files?.upload?.[0]?.token, codes: Object.values(errors).flat() })
}

/** @param user where there is none, only an address is known of the person. */
export function asking(url: string, user?: string): Asking {
  const headers: Record<string, string> = user === undefined ? {} : { "x-user": user }
  const atOnce: Pace = { pieces: 1, pauseMs: 0 }

  function formOf(fields: Record<string, string>, bytes?: Uint8Array): FormData {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    // Sound: a Buffer is over no shared memory here.
    if (bytes) form.append("upload", new Blob([bytes as Uint8Array<ArrayBuffer>]), "a file.bin")
    return form
  }

  return {
    upload: async (bytes, pace = atOnce) =>
      saidOfUpload(await postForm(`${url}/sticky/create/upload`, formOf({}, bytes), pace, headers)),
    call: async (title, upload) => saidOfCall(await postJson(`${url}/trpc/create`, { title, upload }, headers)),
    post: async (title, token) =>
      saidOfForm(await postForm(`${url}/forms`, formOf({ title, _upload: token }), atOnce, headers)),
    postWhole: async (title, bytes, pace = atOnce) =>
      saidOfForm(await postForm(`${url}/forms`, formOf({ title }, bytes), pace, headers)),
  }
}
