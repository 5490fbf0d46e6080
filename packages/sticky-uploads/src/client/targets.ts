export type StickyTarget<TRouter> = TRouter extends never ? never : string
