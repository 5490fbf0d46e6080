const actions = new Set<() => void>()

/** Acts when this process exits, unless it is told not to any more. */
export function atExit(action: () => void): () => void {
  if (actions.size === 0) process.once("exit", actAll)
  actions.add(action)
  return () => {
    actions.delete(action)
    if (actions.size === 0) process.off("exit", actAll)
  }
}

function actAll(): void {
  for (const action of actions) action()
}
