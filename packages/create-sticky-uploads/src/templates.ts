/** The apps that there are, by the folders of `templates`, with the names people know them by. */
export const templates = { express: "Express", next: "Next.js" } as const

export type Template = keyof typeof templates

export const templateNames = Object.keys(templates) as Template[]

export const isTemplate = (name: string): name is Template => Object.hasOwn(templates, name)
