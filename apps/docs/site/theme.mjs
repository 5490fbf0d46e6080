import { DefaultTheme, JSX, ReflectionKind } from "typedoc"
import { chapters } from "./chapters.mjs"
import { documentAt } from "./documents.mjs"

/** The default theme with a sidebar that is open: the chapters under their headings, and behind them the doors. */
export class GuideTheme extends DefaultTheme {
  async preRender(event) {
    await super.preRender(event)
    // A line that takes half a second loses its colours, and on a busy machine the first one of a language does.
    for (const language of ["ts", "html"]) this.markedPlugin.getHighlighted("const a = 1", language)
  }

  buildNavigation(project) {
    const doors = super.buildNavigation(project).filter(({ kind }) => kind === ReflectionKind.Module)
    const link = (document) => ({ text: document.name, path: this.router.getFullUrl(document) })
    const pages = Object.entries(chapters).flatMap(([heading, paths]) => [
      { text: heading },
      ...paths.map((path) => link(documentAt(project, path))),
    ])
    return [...pages, { text: "API" }, ...doors]
  }
}

/** Writes links to the chapters before and after a chapter. */
export function neighbours({ page, urlTo }) {
  const pages = Object.values(chapters).flatMap((paths) => paths.map((path) => documentAt(page.project, path)))
  const at = pages.indexOf(page.model)
  const link = (rel, document) => document && JSX.createElement("a", { rel, href: urlTo(document) }, document.name)
  if (at < 0) return JSX.createElement(JSX.Fragment, null)
  return JSX.createElement(
    "nav",
    { class: "neighbours", "aria-label": "Chapters" },
    link("prev", pages[at - 1]),
    link("next", pages[at + 1]),
  )
}
