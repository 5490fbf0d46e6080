import type { RequestHandler } from "express"

/** Breaks the line in the middle of an answer: a browser would send the request again if it were cut off before. */
export const cutLine: RequestHandler = (_req, res) => {
  res.writeHead(200, { "content-length": "1000" }).write("{", () => res.destroy())
}
