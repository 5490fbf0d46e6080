interface MoveButtonProps {
  way: "up" | "down"
  /** Of the file. */
  name: string
  /** Its place, counted from 0, among so many. */
  at: number
  count: number
  onMove: (to: number) => void
}

/** Puts a file one place on. Where there is none to go to, it stays, with the focus of who works by keyboard. */
export function MoveButton({ way, name, at, count, onMove }: MoveButtonProps) {
  const to = way === "up" ? at - 1 : at + 1
  const isPlace = to >= 0 && to < count
  if (count < 2) return null
  return (
    <button
      type="button"
      className={`sticky-${way}`}
      aria-label={`Move ${way} ${name}`}
      aria-disabled={!isPlace}
      onClick={() => isPlace && onMove(to)}
    >
      Move {way}
    </button>
  )
}
