import { StrictMode } from "react"
import { createRoot, hydrateRoot } from "react-dom/client"
import { type PageProps, pages } from "../pages/pages.js"

declare const window: Window & { props: PageProps; unmount(): void }

// Which page it is, and what it was rendered with, if it was: the HTML says it.
const { page, ...props } = window.props
const Page = pages[page]
const element = document.querySelector("#root") as HTMLElement
const tree = (
  <StrictMode>
    <Page {...props} />
  </StrictMode>
)
const root = element.hasChildNodes() ? hydrateRoot(element, tree) : createRoot(element)
root.render(tree)
window.unmount = () => root.unmount()
