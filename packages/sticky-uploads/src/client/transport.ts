import { uploadPart } from "../core/protocol.js"

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

/**
 * Starts the upload of one file.
 * @throws whatever a broken URL or header makes the browser throw.
 */
export function send(
  xhr: XMLHttpRequest,
  url: string,
  file: File,
  { headers, csrf: { cookie = "csrftoken", header = "X-CSRFToken" } = {}, withCredentials = false }: TransportOptions,
): void {
  const token = new RegExp(`(?:^|; )${cookie}=([^;]*)`).exec(document.cookie)?.[1]
  const all = {
    Accept: "application/json",
    ...(token && new URL(url).origin === origin && { [header]: decodeURIComponent(token) }),
    ...(typeof headers === "function" ? headers() : headers),
  }
  const body = new FormData()
  body.append(uploadPart, file)
  xhr.open("POST", url)
  xhr.withCredentials = withCredentials
  for (const [name, value] of Object.entries(all)) xhr.setRequestHeader(name, value)
  xhr.send(body)
}
