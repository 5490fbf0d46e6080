import type { RequestHandler, Response } from "express"
import { cookieOf } from "./cookie.js"

/** The double submit check of many a framework: a header must repeat a cookie. Where it does not, `refuse` answers. */
export const csrfCheck =
  (refuse: (res: Response) => unknown, cookie = "csrftoken", header = "X-CSRFToken"): RequestHandler =>
  (req, res, next) => {
    const value = cookieOf(req, cookie)
    if (value !== undefined && req.header(header) === value) next()
    else refuse(res)
  }
