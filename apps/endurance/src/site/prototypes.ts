const shared = [Object.prototype, Array.prototype, Function.prototype, String.prototype]

/** Names everything that hangs on the prototypes that all objects share, and on their functions. */
export function prototypes(): string {
  return JSON.stringify(
    shared.map((prototype) =>
      Reflect.ownKeys(prototype).map((key) => {
        const { value } = Object.getOwnPropertyDescriptor(prototype, key) ?? {}
        return [String(key), typeof value === "function" ? Reflect.ownKeys(value).map(String) : typeof value]
      }),
    ),
  )
}
