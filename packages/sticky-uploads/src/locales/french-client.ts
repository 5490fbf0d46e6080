import type { ClientLocale } from "./locale.js"
import { sizesIn } from "./sizes.js"

const sized = /* @__PURE__ */ sizesIn("fr")

/** What a browser says by itself, in French. */
export const frenchClient: ClientLocale = {
  file_empty: ({ name }) => `Le fichier est vide\u00a0: ${name}`,
  file_too_small: ({ name, size, minBytes }) =>
    `Le fichier fait ${sized(size, minBytes)}\u202f; il doit faire au moins ${sized(minBytes)}\u00a0: ${name}`,
  file_too_large: ({ name, size, maxBytes }) =>
    size
      ? `Le fichier fait ${sized(size, maxBytes)}\u202f; la limite est de ${sized(maxBytes)}\u00a0: ${name}`
      : `Le fichier dépasse la limite de ${sized(maxBytes)}\u00a0: ${name}`,
  file_type_refused: ({ name, type, accept }) =>
    `Les fichiers de type ${type || "inconnu"} ne sont pas acceptés ici, seulement ${accept.join(", ")}\u00a0: ${name}`,
  too_many_files: ({ maxFiles }) =>
    `Au plus ${maxFiles}\u00a0${maxFiles > 1 ? "fichiers sont acceptés" : "fichier est accepté"} à la fois.`,
  files_too_large: ({ bytes, maxBytes }) =>
    `Les fichiers font ${sized(bytes, maxBytes)} ensemble\u202f; la limite est de ${sized(maxBytes)}.`,
  uploading: () => "Téléversement en cours…",
  progress: ({ percent }) => `${percent}\u00a0%`,
  submitting: () => "Le formulaire sera envoyé dès que ce fichier aura été téléversé.",
  failed: () => "Le téléversement a échoué. Veuillez réessayer.",
  retrying: ({ seconds }) =>
    `Le téléversement a été interrompu\u202f; nouvel essai dans ${seconds}\u00a0${seconds < 2 ? "seconde" : "secondes"}.`,
  offline: () => "Pas de connexion. Le téléversement reprendra dès qu’il y en aura une.",
  files: () => "Fichiers choisis",
  uploaded: () => "Téléversé",
  picked: () => "Sera envoyé avec le formulaire",
  remove: () => "Retirer",
  retry: () => "Réessayer",
  size: ({ bytes }) => sized(bytes),
  onlyOne: ({ count }) => `Un seul fichier est attendu ici, et en voici ${count}.`,
  folder: ({ name }) => `Un dossier ne peut pas être téléversé, seulement ses fichiers\u00a0: ${name}`,
  pasted: ({ at }) => `collé-${at}`,
  preview: ({ name }) => `Aperçu de ${name}`,
  moveUp: () => "Monter",
  moveDown: () => "Descendre",
  moved: ({ name, position, count }) => `${name} est maintenant à la place ${position} sur ${count}.`,
}
