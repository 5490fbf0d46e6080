const ofGuide = (name) => `apps/docs/guide/${name}`

/** The pages of the sidebar under their headings, in the order in which they are read; by their path under the repository. */
export const chapters = {
  "First steps": ["requirements", "getting-started", "example"].map(ofGuide),
  Guide: [
    "schema",
    "trpc",
    "forms",
    "previews",
    "customising-the-server",
    "customising-the-client",
    "script",
    "languages",
  ].map(ofGuide),
  "In depth": [
    "tokens",
    "errors",
    "storages",
    "s3",
    "scanning",
    "speed",
    "deploying",
    "watching",
    "security",
    "hostile",
  ].map(ofGuide),
  Project: [...["conformance", "project"].map(ofGuide), "CHANGELOG", "CONTRIBUTING", "SECURITY", "decisions/README"],
}
