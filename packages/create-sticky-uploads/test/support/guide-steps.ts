/** One thing that a reader of the guide does. */
export type Step = { command: string } | { file: string; code: string }

/** What a section of a Markdown page has its reader do: run the lines of its `sh` blocks, and write its named blocks. */
export function guideSteps(markdown: string, heading: string): Step[] {
  const [, section] = markdown.split(new RegExp(`^## ${heading}$`, "m"))
  if (section === undefined) throw new Error(`the guide has no section "${heading}"`)
  const [own = ""] = section.split(/^## /m)
  return [...own.matchAll(/^```(sh|tsx?|json)\n(.*?)^```/gms)].flatMap(([, language, code = ""]): Step[] => {
    if (language === "sh")
      return code
        .trimEnd()
        .split("\n")
        .map((command) => ({ command }))
    const [, file] = /^\/\/ file: (\S+)/.exec(code) ?? []
    if (file === undefined) throw new Error(`a block of "${heading}" does not say which file it is`)
    return [{ file, code }]
  })
}
