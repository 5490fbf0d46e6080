import { dirname } from "node:path"
import ts from "typescript"

/** A property that a caller may write, and what an editor shows over it. */
export interface Hovered {
  /** Such as `StickyOptions.secrets`, or `createMemoryStorage.name` where the type has no name. */
  readonly name: string
  readonly sentence: string
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: ["node"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ["@sticky-uploads/source"],
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
}

function serviceFor(files: readonly string[]): ts.LanguageService {
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...files],
    getScriptVersion: () => "1",
    getScriptSnapshot(path) {
      const text = ts.sys.readFile(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => dirname(files[0] ?? "."),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  })
}

/** Whether a parameter is an object of things to say, and not a thing itself. */
function isOptions({ name, valueDeclaration }: ts.Symbol): boolean {
  if (name === "options" || name === "request") return true
  return (
    valueDeclaration !== undefined &&
    ts.isParameter(valueDeclaration) &&
    ts.isObjectBindingPattern(valueDeclaration.name)
  )
}

/** Hovers each property of each options type that these files export, and of what their functions take. */
export function hoverOptions(doors: readonly string[], isOurs: (file: string) => boolean): Hovered[] {
  const service = serviceFor(doors)
  const program = service.getProgram() as ts.Program
  const checker = program.getTypeChecker()
  const found = new Map<ts.Declaration, Hovered>()

  function hover(owner: string, property: ts.Symbol): void {
    // What one case of a union rules out is said by the other.
    const type = checker.getNonNullableType(checker.getTypeOfSymbol(property))
    if (type.flags & ts.TypeFlags.Never) return
    for (const declaration of property.getDeclarations() ?? []) {
      const file = declaration.getSourceFile().fileName
      const at = ts.getNameOfDeclaration(declaration)?.getStart()
      if (at === undefined || !isOurs(file) || found.has(declaration)) continue
      const shown = service.getQuickInfoAtPosition(file, at)?.documentation ?? []
      found.set(declaration, { name: `${owner}.${property.name}`, sentence: ts.displayPartsToString(shown) })
    }
  }
  function hoverType(owner: string, type: ts.Type): void {
    if (type.isUnion()) for (const each of type.types) hoverType(owner, each)
    else if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection) && !checker.isArrayLikeType(type))
      for (const property of checker.getPropertiesOfType(type)) hover(owner, property)
  }

  for (const door of doors) {
    const file = program.getSourceFile(door)
    const exported = file && checker.getSymbolAtLocation(file)
    for (const each of exported ? checker.getExportsOfModule(exported) : []) {
      const symbol = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each
      if (symbol.name.endsWith("Options")) hoverType(symbol.name, checker.getDeclaredTypeOfSymbol(symbol))
      if (!(symbol.flags & ts.SymbolFlags.Function)) continue
      for (const signature of checker.getTypeOfSymbol(symbol).getCallSignatures())
        for (const parameter of signature.parameters.filter(isOptions))
          hoverType(symbol.name, checker.getTypeOfSymbol(parameter))
    }
  }
  return [...found.values()]
}
