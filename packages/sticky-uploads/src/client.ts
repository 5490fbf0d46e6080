export { createStickyClient } from "./client/client.js"
