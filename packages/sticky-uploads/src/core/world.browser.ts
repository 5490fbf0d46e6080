export const isBrowser: boolean = true
