/**
 * German and French, and what a table of your own needs.
 * @module
 */

export { errorsIn } from "./locales/errors.js"
export { french } from "./locales/french.js"
export { frenchClient } from "./locales/french-client.js"
export { german } from "./locales/german.js"
export { germanClient } from "./locales/german-client.js"
export type { ClientLocale, Locale } from "./locales/locale.js"
export { sizesIn } from "./locales/sizes.js"
