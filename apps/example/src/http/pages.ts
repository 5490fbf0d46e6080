import { Router as createRouter, type ErrorRequestHandler, type RequestHandler, type Router } from "express"
import type { Database } from "../database/database.js"
import { listSubmissions } from "../database/submissions.js"
import type { Figures } from "../figures.js"
import { dashboardPage } from "../pages/dashboard-page.js"
import type { FormPage } from "../pages/form-page.js"
import { problemPage, thanksPage } from "../pages/notice-page.js"
import { uploadsPage } from "../pages/uploads-page.js"
import { forAdmin, forUser, userOf } from "./request-user.js"

/** The pages that only show something. */
export function pageRoutes(database: Database, formPage: FormPage, readFigures: () => Figures): Router {
  const routes = createRouter()

  routes.get(
    "/",
    forUser((_request, response, user) => void response.send(formPage(user))),
  )
  routes.get(
    "/thanks",
    forUser((_request, response, user) => void response.send(thanksPage(user))),
  )
  routes.get(
    "/uploads",
    forUser(async (_request, response, user) => {
      response.send(uploadsPage({ user, submissions: await listSubmissions(database, user.id), everyone: false }))
    }),
  )
  routes.get(
    "/admin/uploads",
    forAdmin(async (_request, response, user) => {
      response.send(uploadsPage({ user, submissions: await listSubmissions(database), everyone: true }))
    }),
  )
  routes.get(
    "/admin/dashboard",
    forAdmin((_request, response, user) => void response.send(dashboardPage(user, readFigures()))),
  )

  return routes
}

export const notFound: RequestHandler = (request, response) => {
  response.status(404).send(problemPage(userOf(request), "Not found", "There is no page at this address."))
}

/** Answers what nobody caught: the reason goes to the log, never to the page. */
export const onError: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) return next(error)
  const status = typeof error?.status === "number" && error.status >= 400 && error.status < 500 ? error.status : 500
  if (status === 500) console.error(error)
  const text = status === 500 ? "This is our fault; please try again." : "This request cannot be read."
  response.status(status).send(problemPage(userOf(request), "Something went wrong", text))
}
