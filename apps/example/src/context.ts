import type { Request } from "express"
import type { User } from "./accounts/users.js"
import { userOf } from "./http/request-user.js"

/** What procedures and upload rules may know of a request. */
export interface Context {
  user: User | null
}

export function createContext({ req }: { req: Request }): Context {
  return { user: userOf(req) }
}
