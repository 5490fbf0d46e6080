/** Markup that is safe to send: made by `html`, or vouched for by `trusted`. */
export class Html {
  constructor(readonly markup: string) {}
  toString(): string {
    return this.markup
  }
}

type Value = Html | string | number | false | null | undefined | readonly Value[]

/** Writes markup; every value is escaped unless it is markup itself, lists are joined, `false` and nothing are left out. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(strings.reduce((markup, part, index) => markup + render(values[index - 1]) + part))
}

/** Lets through markup of another renderer that has escaped it already. */
export function trusted(markup: string): Html {
  return new Html(markup)
}

function render(value: Value): string {
  if (value === undefined || value === null || value === false) return ""
  if (value instanceof Html) return value.markup
  if (typeof value === "object") return value.map(render).join("")
  return String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
