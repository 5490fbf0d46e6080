import type { StickyErrorDetails } from "../index.js"
import { frenchClient } from "./french-client.js"
import type { Locale } from "./locale.js"
import { sizesIn } from "./sizes.js"

const sized = /* @__PURE__ */ sizesIn("fr")
const pickAgain = "Veuillez choisir de nouveau le fichier."

const seconds = (count: number) => `${count}\u00a0${count < 2 ? "seconde" : "secondes"}`

const limits: Record<StickyErrorDetails["multipart_limit"]["limit"], string> = {
  parts: "parties",
  bytes: "octets",
  "bytes of text": "octets de texte",
  "headers in a part": "en-têtes par partie",
  "header bytes in a part": "octets d’en-têtes par partie",
  "characters in a name": "caractères par nom",
}

/** Everything that the toolkit says, in French. */
export const french: Locale = {
  ...frenchClient,
  file_required: () => "Veuillez choisir un fichier.",
  file_invalid: () => "Ceci n’est ni un fichier ni le jeton d’un fichier téléversé.",
  file_and_clear: ({ name }) =>
    `Choisissez un nouveau fichier ou cochez la case pour retirer l’ancien, pas les deux\u00a0: ${name}`,
  file_refused: ({ name, reason }) => `Le fichier a été refusé (${reason})\u00a0: ${name}`,
  token_malformed: () => `Ceci n’est pas un fichier téléversé. ${pickAgain}`,
  token_tampered: () => `Le fichier téléversé ne peut pas être vérifié. ${pickAgain}`,
  token_expired: ({ name }) => `Le téléversement a expiré\u00a0: ${name}. ${pickAgain}`,
  token_wrong_target: () => `Le fichier a été téléversé pour un autre champ. ${pickAgain}`,
  token_wrong_subject: () => `Le fichier a été téléversé par une autre personne. ${pickAgain}`,
  token_gone: ({ name }) => `Le fichier téléversé n’est plus disponible\u00a0: ${name}. ${pickAgain}`,
  token_used: ({ name }) => `Le fichier téléversé a déjà été envoyé\u00a0: ${name}. ${pickAgain}`,
  token_busy: ({ name }) => `Le fichier téléversé est en cours d’envoi\u00a0: ${name}. Veuillez patienter un instant.`,
  token_pending: ({ name }) =>
    `Le fichier téléversé est encore en cours de vérification\u00a0: ${name}. Veuillez réessayer dans un instant.`,
  // Sound: a Refusal pairs each code with its own details, which TypeScript cannot follow through the index.
  token_not_allowed: ({ reason }) => frenchClient[reason.code](reason.details as never),
  preview_unknown: () => "Il n’y a aucun fichier à cette adresse.",
  preview_expired: ({ name }) => `Cette adresse a expiré\u00a0: ${name}. Veuillez rouvrir le formulaire.`,
  preview_forbidden: () => "Seule la personne qui a téléversé ce fichier peut le consulter.",
  scope_missing: () =>
    "Un jeton a été lu hors de tout contexte sticky. Placez stickyMiddleware(sticky) avant .input(), envoyez le " +
    "formulaire à stickyForm ou appelez sticky.parse(schema, value, { ctx, procedure }).",
  target_unregistered: ({ procedure }) =>
    `Les champs de «\u00a0${procedure}\u00a0» ne sont pas connus. Montez stickyEndpoint({ sticky, router }) ou appelez sticky.register(router).`,
  body_used: () =>
    "Le corps de la requête a déjà été lu par autre chose. Montez le point d’accès et le formulaire avant tout analyseur de " +
    "corps et donnez-leur la requête telle qu’elle est arrivée.",
  method_not_allowed: ({ method, allow }) =>
    `La méthode ${method} n’est pas autorisée ici\u202f; utilisez ${allow.join(" ou ")}.`,
  target_unknown: ({ target }) => `Il n’existe pas de champ de téléversement nommé «\u00a0${target}\u00a0».`,
  origin_refused: ({ origin }) => `Les téléversements depuis ${origin ?? "un autre site"} ne sont pas autorisés.`,
  upload_forbidden: () => "Vous n’avez pas l’autorisation de téléverser des fichiers ici.",
  too_many_uploads: ({ maxPerMinute, retrySeconds }) =>
    `Plus de ${maxPerMinute} téléversements en une minute. Veuillez réessayer dans ${seconds(retrySeconds)}.`,
  too_many_bytes: ({ maxBytes }) =>
    `Plus de ${sized(maxBytes)} de vos fichiers attendraient d’être envoyés. Veuillez d’abord en envoyer ou en retirer.`,
  server_busy: ({ retrySeconds }) =>
    `Trop de téléversements à la fois. Veuillez réessayer dans ${seconds(retrySeconds)}.`,
  body_too_large: ({ declaredBytes, maxBytes }) =>
    `Le téléversement fait ${sized(declaredBytes, maxBytes)}\u202f; la limite est de ${sized(maxBytes)}.`,
  content_type_unsupported: () => "Envoyez le fichier en multipart/form-data.",
  multipart_malformed: ({ reason }) => `Le corps multipart est illisible\u00a0: ${reason}.`,
  multipart_limit: ({ limit, max }) =>
    `Le corps multipart dépasse une limite\u00a0: ${max} ${limits[limit]} au maximum.`,
  upload_missing: ({ part }) => `La requête ne contient aucun fichier sous le nom «\u00a0${part}\u00a0».`,
  field_name_refused: () => "Le formulaire contient un champ dont le nom n’est pas autorisé.",
  upload_aborted: () => "Le téléversement a été interrompu.",
  upload_timeout: ({ idleSeconds }) =>
    `Le téléversement a été arrêté, car rien n’est arrivé pendant ${seconds(idleSeconds)}.`,
  upload_too_slow: ({ maxSeconds }) => `Le téléversement a été arrêté, car il durait plus de ${seconds(maxSeconds)}.`,
  inspection_failed: () => "Le fichier n’a pas pu être vérifié. Veuillez réessayer.",
  storage_failed: () => "Le fichier n’a pas pu être enregistré. Veuillez réessayer.",
  storage_conflict: () => "Un fichier est déjà enregistré sous cette clé.",
  storage_missing: () => "Aucun fichier n’est enregistré sous cette clé.",
  key_invalid: () => "Ceci n’est pas une clé de stockage.",
  content_unavailable: ({ name }) => `Le contenu de ce fichier ne peut être lu que sur le serveur\u00a0: ${name}`,
  content_stored: ({ name }) =>
    `Ce fichier est déjà enregistré. Ouvrez-le d’après \`existing\`, depuis votre propre stockage\u00a0: ${name}`,
  internal_error: () => "Une erreur s’est produite. Veuillez réessayer.",
  currently: "Actuellement\u00a0:",
  change: "Modifier\u00a0:",
  clear: "Retirer",
  keep: "Conserver",
}
