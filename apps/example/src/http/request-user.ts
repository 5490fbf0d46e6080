import type { Request, RequestHandler, Response } from "express"
import { readSessionCookie } from "../accounts/session-cookie.js"
import { findSessionUser } from "../accounts/sessions.js"
import type { User } from "../accounts/users.js"
import type { Database } from "../database/database.js"
import { problemPage } from "../pages/notice-page.js"

type Page = (request: Request, response: Response, user: User) => void | Promise<void>

// Kept beside the request, not on it: nobody reads a user that was not looked up, and no global type is extended.
const users = new WeakMap<Request, User | null>()

/** Looks up who is asking, once a request. */
export function findUser(database: Database): RequestHandler {
  return async (request, _response, next) => {
    const id = readSessionCookie(request)
    users.set(request, id === undefined ? null : await findSessionUser(database, id))
    next()
  }
}

/** Gives who is asking, or null. */
export function userOf(request: Request): User | null {
  return users.get(request) ?? null
}

/** Sends everybody who is not logged in to the login. */
export const usersOnly: RequestHandler = (request, response, next) => {
  if (userOf(request) === null) response.redirect(303, "/login")
  else next()
}

/** Runs a page only for somebody who is logged in; sends others to the login. */
export function forUser(page: Page): RequestHandler {
  return (request, response) => {
    const user = userOf(request)
    return user === null ? response.redirect(303, "/login") : page(request, response, user)
  }
}

/** Runs a page only for an admin. */
export function forAdmin(page: Page): RequestHandler {
  return forUser((request, response, user) => {
    if (user.isAdmin) return page(request, response, user)
    response.status(403).send(problemPage(user, "Not allowed", "Only an admin may see this page."))
  })
}
