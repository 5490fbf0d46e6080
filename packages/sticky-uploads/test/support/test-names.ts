import ts from "typescript"

const runners = new Set(["describe", "it"])
const skipping = new Set(["skip", "todo", "skipIf", "fails"])

/** The words a call is made of: `it.each(…)` is `it`, `each`. */
function wordsOf(callee: ts.Expression): string[] {
  if (ts.isIdentifier(callee)) return [callee.text]
  if (ts.isPropertyAccessExpression(callee)) return [...wordsOf(callee.expression), callee.name.text]
  return ts.isCallExpression(callee) ? wordsOf(callee.expression) : []
}

/** The names of a test file's describes and its, without those that are skipped. */
export function testNames(source: string): string[] {
  const names: string[] = []
  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node)) {
      const [runner = "", ...how] = wordsOf(node.expression)
      const [name] = node.arguments
      if (runners.has(runner) && how.some((word) => skipping.has(word))) return
      if (runners.has(runner) && name && ts.isStringLiteralLike(name)) names.push(name.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile("a.test.ts", source, ts.ScriptTarget.ESNext))
  return names
}
