import { posix } from "node:path"
import ts from "typescript"

export interface CodeBlock {
  /** Where a person finds it: `README.md:12`. */
  readonly at: string
  /** The path other blocks of the same document import it by. */
  readonly file: string
  readonly code: string
}

/**
 * Reads the `ts`, `tsx` and `js` blocks of a Markdown document, those in its HTML comments too.
 * A first line `// file: shared/submission.ts` names a block.
 */
export function codeBlocks(document: string, markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^([ \t]*)```(tsx?|js)\b[^\n]*\n(.*?)^\1```/gms)].map((match, index) => {
    const [, , language = "", code = ""] = match
    const [firstLine = ""] = code.trimStart().split("\n", 1)
    const line = markdown.slice(0, match.index).split("\n").length
    return {
      at: `${document}:${line}`,
      file: /^\s*\/\/ file: (\S+)/.exec(firstLine)?.[1] ?? `block-${index + 1}.${language}`,
      code,
    }
  })
}

export interface ShellLine {
  readonly at: string
  readonly command: string
  /** What stands behind its `#`. */
  readonly comment: string
}

/** Reads the command lines of a Markdown document's `sh` and `bash` blocks. */
export function shellLines(document: string, markdown: string): ShellLine[] {
  return [...markdown.matchAll(/^```(?:sh|bash)\n(.*?)^```/gms)].flatMap(({ 1: code = "", index }) => {
    const first = markdown.slice(0, index).split("\n").length + 1
    return code.split("\n").flatMap((line, at) => {
      const [, command = "", comment = ""] = /^(.*?)\s*(?:#(.*))?$/.exec(line) ?? []
      return command ? [{ at: `${document}:${first + at}`, command, comment }] : []
    })
  })
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: ["node"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  customConditions: ["@sticky-uploads/source"],
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  exactOptionalPropertyTypes: true,
  allowJs: true,
  checkJs: true,
  noEmit: true,
  skipLibCheck: true,
}

/** Type-checks documents as if their blocks were files of `directory`, one folder a document; returns complaints by block. */
export function checkBlocks(directory: string, documents: readonly (readonly CodeBlock[])[]): Map<CodeBlock, string[]> {
  const blocks = new Map(
    documents.flatMap((document, index) =>
      document.map((block) => [posix.join(directory, `document-${index + 1}`, block.file), block] as const),
    ),
  )
  const folders = new Set([...blocks.keys()].map((path) => posix.dirname(path)))

  const disk = ts.createCompilerHost(options)
  const host: ts.CompilerHost = {
    ...disk,
    getCurrentDirectory: () => directory,
    fileExists: (path) => blocks.has(path) || disk.fileExists(path),
    readFile: (path) => blocks.get(path)?.code ?? disk.readFile(path),
    directoryExists: (path) => folders.has(path) || ts.sys.directoryExists(path),
    getSourceFile: (path, languageVersion, ...rest) => {
      const block = blocks.get(path)
      if (!block) return disk.getSourceFile(path, languageVersion, ...rest)
      return ts.createSourceFile(path, block.code, languageVersion, true)
    },
  }
  const program = ts.createProgram([...blocks.keys()], options, host)

  return new Map(
    [...blocks].map(([path, block]) => {
      const source = program.getSourceFile(path)
      const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      return [block, diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))]
    }),
  )
}
