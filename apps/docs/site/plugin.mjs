import { Converter, ReflectionKind, StructureRouter } from "typedoc"
import { linkNames } from "./api-links.mjs"
import { prepareDocument, slugOf } from "./documents.mjs"
import { GuideTheme, neighbours } from "./theme.mjs"

/** Puts documents where their files are, and doors where their import path says. */
class GuideRouter extends StructureRouter {
  getIdealBaseName(target) {
    return slugOf(target) ?? super.getIdealBaseName(target)
  }
}

/** Calls a door what it is imported by; TypeDoc calls it by its path, and `index.ts` by that of its folder. */
function nameDoor(reflection) {
  const [, door] = /\/src\/(\w+)$/.exec(reflection.name) ?? []
  reflection.name = door ? `sticky-uploads/${door}` : "sticky-uploads"
}

/** Called by TypeDoc. */
export function load({ converter, renderer }) {
  converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => prepareDocument(document))
  converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    if (reflection.kindOf(ReflectionKind.Module)) nameDoor(reflection)
  })
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => linkNames(project))
  renderer.defineRouter("guide", GuideRouter)
  renderer.defineTheme("guide", GuideTheme)
  renderer.hooks.on("content.end", neighbours)
}
