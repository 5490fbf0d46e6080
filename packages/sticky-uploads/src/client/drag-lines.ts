/** Lets the lines of a list be dragged, each to the place of another, and tells which went where. */
export function dragLines(list: HTMLUListElement, move: (from: number, to: number) => void): void {
  let dragged: Element | undefined
  let over: HTMLElement | undefined

  const lineOf = ({ target }: Event) => (target as Element).closest<HTMLElement>(".sticky-file") ?? undefined
  function mark(line?: HTMLElement) {
    delete over?.dataset.over
    over = line
    if (over) over.dataset.over = ""
  }

  list.addEventListener("dragstart", (event) => {
    dragged = lineOf(event)
    // Without any data, Firefox drags nothing.
    event.dataTransfer?.setData("text/plain", dragged?.querySelector("bdi")?.textContent ?? "")
  })
  list.addEventListener("dragover", (event) => {
    if (!dragged) return
    event.preventDefault()
    mark(lineOf(event))
  })
  list.addEventListener("drop", (event) => {
    if (!dragged || !over) return
    event.preventDefault()
    const lines = [...list.children]
    move(lines.indexOf(dragged), lines.indexOf(over))
  })
  list.addEventListener("dragend", () => {
    mark()
    dragged = undefined
  })
}
