import { existsSync, readFileSync, writeFileSync } from "node:fs"

const begin = "<!-- attack -->"
const end = "<!-- /attack -->"

/** Writes text between the marks of a page, or makes a page of it that has them. */
export function intoPage(file: string, text: string): void {
  const marked = `${begin}\n\n${text}\n\n${end}`
  const page = existsSync(file) ? readFileSync(file, "utf8") : ""
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  const isMarked = from >= 0 && to > from
  writeFileSync(file, isMarked ? page.slice(0, from) + marked + page.slice(to + end.length) : `${marked}\n`)
}
