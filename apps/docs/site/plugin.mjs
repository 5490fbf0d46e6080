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
  const [, folder, door] = /([\w-]+)\/src(?:\/(\w+))?$/.exec(reflection.name) ?? []
  const name = folder === "s3" ? "@sticky-uploads/s3" : "sticky-uploads"
  reflection.name = door ? `${name}/${door}` : name
}

/** Called by TypeDoc. */
export function load({ converter, renderer }) {
  converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => prepareDocument(document))
  converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    if (reflection.kindOf(ReflectionKind.Module)) nameDoor(reflection)
  })
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => linkNames(project))
  // TypeDoc looks for what is named and not exported in one package only, and with two takes neither.
  converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    project.packageName = "sticky-uploads"
  })
  renderer.defineRouter("guide", GuideRouter)
  renderer.defineTheme("guide", GuideTheme)
  renderer.hooks.on("content.end", neighbours)
}
