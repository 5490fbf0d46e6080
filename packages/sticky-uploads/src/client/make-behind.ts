/** Makes an element and puts it behind another. */
export function makeBehind<Tag extends keyof HTMLElementTagNameMap>(
  place: Element,
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties)
  place.after(element)
  return element
}
