/** The server's answer to "where am I": chosen by the export condition, never guessed (P1). */
export const isBrowser: boolean = false
