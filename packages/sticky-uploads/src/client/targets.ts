import type { StickyToken } from "../core/token.js"

type Primitive = string | number | bigint | boolean | symbol | null | undefined

// What stands in an input as a whole: nothing below it is a field.
type Whole =
  | Primitive
  | Blob
  | Date
  | RegExp
  | URL
  | FormData
  | ArrayBuffer
  | ArrayBufferView
  | ReadableStream
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | PromiseLike<unknown>
  | ((...args: never) => unknown)

type Join<Path extends string, Key extends string> = Path extends "" ? Key : `${Path}.${Key}`

type TuplePaths<
  Tuple extends readonly unknown[],
  Path extends string,
  Depth extends 0[],
  Before extends 0[],
> = Tuple extends readonly [infer First, ...infer Rest]
  ? FieldPaths<First, Join<Path, `${Before["length"]}`>, Depth> | TuplePaths<Rest, Path, Depth, [...Before, 0]>
  : Tuple extends readonly []
    ? never
    : FieldPaths<Tuple[number], Join<Path, "*">, Depth>

/** The paths of every field of an input type that takes a token, eight segments deep at most. */
type FieldPaths<Input, Path extends string = "", Depth extends 0[] = []> = 0 extends 1 & Input
  ? never
  : Input extends StickyToken
    ? Path
    : Input extends Whole
      ? never
      : Depth["length"] extends 8
        ? never
        : Input extends readonly unknown[]
          ? TuplePaths<Required<Input>, Path, [...Depth, 0], []>
          : {
              [Key in keyof Input & (string | number)]-?: FieldPaths<
                Input[Key],
                Join<Path, string extends Key ? "*" : number extends Key ? "*" : `${Key}`>,
                [...Depth, 0]
              >
            }[keyof Input & (string | number)]

type Targets<Record, Prefix extends string = ""> = {
  [Key in keyof Record & string]: Record[Key] extends { _def: { $types: { input: infer Input } } }
    ? `${Prefix}${Key}/${FieldPaths<Input>}`
    : Targets<Record[Key], `${Prefix}${Key}.`>
}[keyof Record & string]

/**
 * Every upload field of a tRPC router, as `"<procedure>/<field path>"`: `submission.create/upload`,
 * `album.add/items.*.photo`. Any string where no router type is given.
 */
export type StickyTarget<TRouter> = 0 extends 1 & TRouter
  ? string
  : TRouter extends { _def: { record: infer Record } }
    ? Targets<Record>
    : string
