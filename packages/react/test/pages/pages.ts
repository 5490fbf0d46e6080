import type { StagedFile } from "sticky-uploads/client"
import { Action } from "./action.js"
import { Field } from "./field.js"
import { Hook } from "./hook.js"
import { Many } from "./many.js"

/** What the server says of the field when it renders the page. */
export interface PageProps {
  page: keyof typeof pages
  defaultFile?: StagedFile | undefined
  defaultFiles?: readonly StagedFile[] | undefined
  errors?: readonly string[] | undefined
  [option: string]: unknown
}

export const pages = { action: Action, field: Field, hook: Hook, many: Many }
