import { FetchAnswer } from "./answer.js"
import { FetchRequest } from "./request.js"

/** A fetch request and the answer to it, as the server reads the one and writes the other. */
export interface Exchange {
  req: FetchRequest
  res: FetchAnswer
}

/**
 * Opens the exchange of one request. As on one connection, neither goes on without the other: both are broken off when the
 * client is gone.
 * @param resHeaders go with the answer.
 */
export function openExchange(request: Request, resHeaders: Headers): Exchange {
  const req = new FetchRequest(request)
  const res = new FetchAnswer(resHeaders)
  const { signal } = request
  const breakOff = () => res.leave()
  res.once("close", () => {
    signal.removeEventListener("abort", breakOff)
    if (!res.writableFinished) req.destroy()
  })
  if (signal.aborted) breakOff()
  else signal.addEventListener("abort", breakOff)
  return { req, res }
}
