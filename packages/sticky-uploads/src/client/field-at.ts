/** The inputs of a client in an element, and those that a form or a label has elsewhere. */
function inputsOf(element: Element): HTMLInputElement[] {
  const elements: Element[] = [element, ...element.querySelectorAll("input[type=file]")]
  if (element instanceof HTMLFormElement) elements.push(...element.elements)
  if (element instanceof HTMLLabelElement && element.control) elements.push(element.control)
  return [...new Set(elements as HTMLInputElement[])].filter(({ stickyUploader }) => stickyUploader)
}

/** The one input of a client that an element has and that can take something now. */
export function onlyInput(element: Element): HTMLInputElement | undefined {
  const [input, another] = inputsOf(element).filter((each) => !each.matches(":disabled"))
  return another ? undefined : input
}

/**
 * The input that a place of the page belongs to: that of the smallest element around it that has any, up to its form.
 * Where that one has two, neither is meant. Outside of a form it takes a label or a `.sticky-field` around the place.
 */
export function fieldAt(place: Element): HTMLInputElement | undefined {
  const form = place.closest("form")
  const end = form ?? place.closest(".sticky-field") ?? place.closest("label, input")
  if (!end) return undefined
  let at = place
  while (at !== end && at.parentElement && !inputsOf(at).length) at = at.parentElement
  // One that is switched off is not what another is taken for, but for the form as a whole it is not there.
  return at === form || inputsOf(at).length === 1 ? onlyInput(at) : undefined
}

/** Where an event came from, also inside of a shadow root, if that is in this tree. */
export function placeOf(event: Event, root: Node): Element | undefined {
  const path = event.composedPath()
  const place = path.find((each) => each instanceof Element)
  return path.includes(root) ? place : undefined
}
