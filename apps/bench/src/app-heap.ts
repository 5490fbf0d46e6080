/**
 * As many small objects as a small app holds (its router, its ORM, its cache): 28 MB, in every subject's process. In one that
 * holds next to nothing V8's limit for what lives long lies so low that the chunks of a running upload alone may reach it,
 * whoever the subject is; from then on it collects everything every few dozen megabytes instead of the young alone.
 */
export const appHeap = Array.from({ length: 200_000 }, (_, id) => ({ id, title: `row ${id}`, tags: [id] }))
