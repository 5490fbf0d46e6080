"use client"

import { useEffect, useRef } from "react"

/** Says what became of the form that is gone, and takes the focus that went with it. */
export function SavedNotice() {
  const notice = useRef<HTMLOutputElement>(null)
  useEffect(() => notice.current?.focus(), [])
  return (
    <output ref={notice} tabIndex={-1} className="notice">
      Your upload was saved.
    </output>
  )
}
