import { uploadIdHeader, uploadPart } from "../core/protocol.js"

/** How requests are dressed. */
export interface TransportOptions {
  /** Sent with every upload; a function is asked each time. What takes longer to get belongs into the hook `before`. */
  headers?: Record<string, string> | (() => Record<string, string>)
  /** The cookie whose value goes into a header, as Django and others want it; only to the page's own origin. */
  csrf?: {
    /** @default "csrftoken" */
    cookie?: string
    /** @default "X-CSRFToken" */
    header?: string
  }
  /** Sends cookies to another origin. @default false */
  withCredentials?: boolean
}

/** Posts one file, tells how far it is whenever that is another whole percent, and when it is over, once, whatever came of it. */
export function post(
  xhr: XMLHttpRequest,
  url: string,
  file: File,
  id: number,
  options: TransportOptions,
  progress: (fraction: number) => void,
  done: () => void,
): void {
  const body = new FormData()
  let told: number
  xhr.onloadend = done
  xhr.upload.onprogress = (event) => {
    const percent = Math.floor((100 * event.loaded) / event.total)
    if (percent !== told) progress(percent / 100)
    told = percent
  }
  try {
    body.append(uploadPart, file)
    xhr.open("POST", url)
    xhr.responseType = "json"
    xhr.withCredentials = !!options.withCredentials
    const token = document.cookie.match(`(^|; )${options.csrf?.cookie ?? "csrftoken"}=([^;]*)`)?.[2]
    if (token && new URL(url, origin).origin === origin)
      xhr.setRequestHeader(options.csrf?.header ?? "X-CSRFToken", decodeURIComponent(token))
    const given: Record<string, unknown> = {
      Accept: "application/json",
      [uploadIdHeader]: id,
      ...(typeof options.headers === "function" ? options.headers() : options.headers),
    }
    for (const name in given) xhr.setRequestHeader(name, given[name] as string)
    xhr.send(body)
  } catch {
    // What cannot be sent, for a header's bad value or a broken URL, gets no answer either.
    setTimeout(done)
  }
}
