/** Makes an element under a class of ours. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  name: string,
  text = "",
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  element.className = `sticky-${name}`
  element.textContent = text
  return element
}
