"use server"

import { headers } from "next/headers"
import { redirect } from "next/navigation"
import { type InvalidForm, stickyAction } from "sticky-uploads/fetch"
import { app, createContext } from "../server/app"

// Takes the form, with JavaScript or without.
export async function submit(_before: InvalidForm, data: FormData): Promise<InvalidForm> {
  const create = stickyAction({ ...app(), createContext, headers, procedure: "submission.create" })
  const outcome = await create(data)
  if (!outcome.ok) return outcome.form
  redirect("/")
}
