import { StrictMode } from "react"
import { renderToString } from "react-dom/server"
import { type PageProps, pages } from "../pages/pages.js"

export function render({ page, ...props }: PageProps): string {
  const Page = pages[page]
  return renderToString(
    <StrictMode>
      <Page {...props} />
    </StrictMode>,
  )
}
