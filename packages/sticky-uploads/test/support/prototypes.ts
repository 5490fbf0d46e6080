/** Everything that hangs on Object.prototype and its like, and on their functions: what a poisoned name would change. */
export const prototypes = (): string =>
  JSON.stringify(
    [Object.prototype, Array.prototype, Function.prototype].map((prototype) =>
      Object.getOwnPropertyNames(prototype).map((key) => {
        const { value } = Object.getOwnPropertyDescriptor(prototype, key) ?? {}
        return [key, typeof value === "function" ? Object.getOwnPropertyNames(value) : typeof value]
      }),
    ),
  )
