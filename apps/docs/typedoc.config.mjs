import { OptionDefaults } from "typedoc"
import { chapters } from "./site/chapters.mjs"

/** @type {import("typedoc").TypeDocOptions} */
export default {
  name: "sticky-uploads",
  plugin: ["./site/plugin.mjs"],
  theme: "guide",
  router: "guide",
  out: "dist/site",

  readme: "index.md",
  projectDocuments: [...Object.values(chapters).flat(), "decisions/0*"].map((path) => `../../${path}.md`),
  displayBasePath: "../..",

  tsconfig: "tsconfig.api.json",
  entryPoints: [
    "../../packages/sticky-uploads/src/*.ts",
    "../../packages/s3/src/index.ts",
    "../../packages/react/src/index.ts",
  ],
  exclude: ["**/*.test.ts", "**/*.test-d.{ts,tsx}"],
  excludeExternals: true,
  disableSources: true,

  treatWarningsAsErrors: true,
  validation: { invalidLink: true, invalidPath: true, notExported: true },
  // How types are put together, which is nothing to write down.
  intentionallyNotExported: [
    "Accept",
    "CreateContext",
    "Held",
    "MiddlewareOptions",
    "News",
    "Outcome",
    "Parser",
    "Picked",
    "Targets",
    "ZodStickyFileDef",
  ],

  groupOrder: ["Functions", "Variables", "Classes", "Interfaces", "Type Aliases"],
  navigation: { excludeReferences: true, includeFolders: false },
  headings: { readme: false, document: false },
  includeHierarchySummary: false,
  searchInDocuments: true,
  searchInComments: true,
  customCss: "site/style.css",
  favicon: "site/icon.svg",
  hideGenerator: true,
  githubPages: false,
  highlightLanguages: [...OptionDefaults.highlightLanguages, "dockerfile", "nginx"],
}
