import { ReflectionKind } from "typedoc"

// Also the names of everyday things.
const ambiguous = new Set(["File", "Storage"])

/** The doors and everything that they export, by name. */
function namesOf(project) {
  const doors = project.getReflectionsByKind(ReflectionKind.Module)
  const exported = project
    .getReflectionsByKind(ReflectionKind.SomeExport)
    .filter(({ parent }) => doors.includes(parent))
  return new Map([...doors, ...exported].filter(({ name }) => !ambiguous.has(name)).map((each) => [each.name, each]))
}

/** Makes a link of every `code` in the guide that is the very name of a door or an export, and not in a link already. */
export function linkNames(project) {
  const known = namesOf(project)
  const guide = (project.documents ?? []).map(({ content }) => content)
  for (const content of [project.readme ?? [], ...guide]) {
    for (const [at, { kind, text }] of content.entries()) {
      const target = kind === "code" && known.get(text.replace(/^`(.+)`$/s, "$1").replace(/\(.*\)$/s, ""))
      const isLinked = /\[[^\]]*$/.test(content[at - 1]?.text ?? "")
      if (target && !isLinked) content[at] = { kind: "inline-tag", tag: "@linkcode", text: text.slice(1, -1), target }
    }
  }
}
