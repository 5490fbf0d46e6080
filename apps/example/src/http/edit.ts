import { Router as createRouter, type Request, type Response, type Router } from "express"
import { type InvalidForm, stickyForm } from "sticky-uploads/express"
import type { Sticky } from "sticky-uploads/server"
import type { User } from "../accounts/users.js"
import { type Context, createContext } from "../context.js"
import type { Database } from "../database/database.js"
import { findSubmission } from "../database/submissions.js"
import { createEditPage } from "../pages/edit-page.js"
import { problemPage } from "../pages/notice-page.js"
import type { AppRouter } from "../router.js"
import { forUser, usersOnly } from "./request-user.js"

interface Services {
  database: Database
  sticky: Sticky<Context>
  router: AppRouter
}

/** `/uploads/ID/edit`: the form of a submission for the person who made it, and where it is sent without tRPC. */
export function editRoutes({ database, sticky, router }: Services): Router {
  const routes = createRouter()
  const editPage = createEditPage(sticky)

  async function show(request: Request, response: Response, user: User | null, form?: InvalidForm): Promise<void> {
    const submission = await findSubmission(database, String(request.params.id))
    // One answer for both, so that nobody learns what others have.
    if (!user || submission?.userId !== user.id) {
      response.status(404).send(problemPage(user, "Not found", "There is no such upload."))
      return
    }
    response.status(form ? 422 : 200).send(editPage({ user, submission, ...(form && { form }) }))
  }

  routes.get("/uploads/:id/edit", forUser(show))
  routes.post(
    "/uploads/:id/edit",
    usersOnly,
    stickyForm({
      sticky,
      router,
      createContext,
      procedure: "submission.update",
      success: ({ res }) => res.redirect(303, "/uploads"),
      invalid: ({ req, res, ctx, form }) => show(req, res, ctx.user, form),
    }),
  )

  return routes
}
