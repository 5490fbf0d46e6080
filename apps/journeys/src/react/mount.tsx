import { type ComponentType, StrictMode } from "react"
import { createRoot } from "react-dom/client"

/** Shows a component in the page, as strictly as React can. */
export function mount(Component: ComponentType): void {
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <Component />
    </StrictMode>,
  )
}
