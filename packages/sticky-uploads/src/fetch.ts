/**
 * The upload endpoint, the plain form and previews of staged files as functions from a Request to a Response: for Hono,
 * Fastify, Next.js route handlers, Bun, Deno.
 * @module
 */

export { type StickyActionOptions, stickyAction } from "./fetch/action.js"
export type { ContextOptions, FetchHandler, StickyContextRequest } from "./fetch/context.js"
export { type StickyEndpointOptions, stickyEndpoint } from "./fetch/endpoint.js"
export { type StickyFormOptions, stickyForm } from "./fetch/form.js"
export { type StickyPreviewOptions, stickyPreview } from "./fetch/preview.js"
export { requestOf } from "./fetch/request-of.js"
export type { ActionOutcome, InvalidForm, PreviewInline, StagedField } from "./server.js"
