import { Router as createRouter, type Router, urlencoded } from "express"
import { clearSessionCookie, readSessionCookie, setSessionCookie } from "../accounts/session-cookie.js"
import { createSession, endSession } from "../accounts/sessions.js"
import { findUserByPassword } from "../accounts/users.js"
import type { Database } from "../database/database.js"
import { loginPage } from "../pages/login-page.js"
import { userOf } from "./request-user.js"

/** `/login` and `/logout`. Where they lead is fixed, so no link can use them to send people elsewhere. */
export function loginRoutes(database: Database): Router {
  const routes = createRouter()

  routes.get("/login", (request, response) => {
    if (userOf(request) === null) response.send(loginPage())
    else response.redirect(303, "/")
  })

  routes.post("/login", urlencoded({ extended: false, limit: "16kb" }), async (request, response) => {
    const username = textField(request.body, "username")
    const user = await findUserByPassword(database, username, textField(request.body, "password"))
    if (user === null) {
      response.status(401).send(loginPage({ username, failed: true }))
      return
    }
    // A new login never goes on with the old session's id.
    const previous = readSessionCookie(request)
    if (previous !== undefined) await endSession(database, previous)
    setSessionCookie(response, await createSession(database, user))
    response.redirect(303, "/")
  })

  routes.post("/logout", async (request, response) => {
    const id = readSessionCookie(request)
    if (id !== undefined) await endSession(database, id)
    clearSessionCookie(response)
    response.redirect(303, "/login")
  })

  return routes
}

/** Reads a field that was sent once, as text; anything else counts as empty. */
function textField(body: unknown, name: string): string {
  const value = (body as Record<string, unknown> | undefined)?.[name]
  return typeof value === "string" ? value : ""
}
