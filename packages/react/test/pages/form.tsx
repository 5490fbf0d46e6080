import type { ReactNode } from "react"

/** A form as a page has it without React, around fields. */
export const Form = ({ children }: { children: ReactNode }) => (
  <form method="post" action="/submissions" encType="multipart/form-data">
    <label>
      Title <input name="title" defaultValue="a title" />
    </label>
    {children}
    <button type="submit" name="button" value="save">
      Save
    </button>
    <button type="reset">Reset</button>
  </form>
)
