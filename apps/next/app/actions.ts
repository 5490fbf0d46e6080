"use server"

import { headers } from "next/headers"
import { redirect } from "next/navigation"
import { type InvalidForm, stickyAction } from "sticky-uploads/fetch"
import { app } from "../server/app"
import { type Context, createContext } from "../server/context"

/** Takes the form, with JavaScript and without: leads on, or gives it back with what is wrong and the files that are safe. */
export async function submit(_before: InvalidForm, data: FormData): Promise<InvalidForm> {
  const create = stickyAction<Context, string>({ ...app(), createContext, headers, procedure: "submission.create" })
  const outcome = await create(data)
  if (!outcome.ok) return outcome.form
  redirect(`/?saved=${outcome.result}`)
}
