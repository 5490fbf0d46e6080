import type { ClientLocale } from "./locale.js"
import { sizesIn } from "./sizes.js"

const sized = /* @__PURE__ */ sizesIn("de")

/** What a browser says by itself, in German. */
export const germanClient: ClientLocale = {
  file_empty: ({ name }) => `Die Datei ist leer: ${name}`,
  file_too_small: ({ name, size, minBytes }) =>
    `Die Datei ist ${sized(size, minBytes)} groß; sie muss mindestens ${sized(minBytes)} groß sein: ${name}`,
  file_too_large: ({ name, size, maxBytes }) =>
    size
      ? `Die Datei ist ${sized(size, maxBytes)} groß; die Obergrenze liegt bei ${sized(maxBytes)}: ${name}`
      : `Die Datei überschreitet die Obergrenze von ${sized(maxBytes)}: ${name}`,
  file_type_refused: ({ name, type, accept }) =>
    `Dateien ${type ? `vom Typ ${type}` : "unbekannten Typs"} werden hier nicht angenommen, nur ${accept.join(", ")}: ${name}`,
  too_many_files: ({ maxFiles }) =>
    `Auf einmal ${maxFiles === 1 ? "wird" : "werden"} höchstens ${maxFiles}\u00a0${maxFiles === 1 ? "Datei" : "Dateien"} angenommen.`,
  files_too_large: ({ bytes, maxBytes }) =>
    `Die Dateien sind zusammen ${sized(bytes, maxBytes)} groß; die Obergrenze liegt bei ${sized(maxBytes)}.`,
  uploading: () => "Wird hochgeladen\u00a0…",
  progress: ({ percent }) => `${percent}\u00a0%`,
  submitting: () => "Das Formular wird gesendet, sobald diese Datei hochgeladen ist.",
  failed: () => "Das Hochladen ist fehlgeschlagen. Bitte versuchen Sie es erneut.",
  retrying: ({ seconds }) =>
    `Das Hochladen wurde unterbrochen; nächster Versuch in ${seconds}\u00a0${seconds === 1 ? "Sekunde" : "Sekunden"}.`,
  offline: () => "Keine Verbindung. Das Hochladen geht weiter, sobald es wieder eine gibt.",
  files: () => "Ausgewählte Dateien",
  uploaded: () => "Hochgeladen",
  picked: () => "Wird mit dem Formular gesendet",
  remove: () => "Entfernen",
  retry: () => "Erneut versuchen",
  size: ({ bytes }) => sized(bytes),
  onlyOne: ({ count }) => `Hierher gehört nur eine Datei, und dies sind ${count}.`,
  folder: ({ name }) => `Ein Ordner kann nicht hochgeladen werden, nur seine Dateien: ${name}`,
  pasted: ({ at }) => `eingefügt-${at}`,
  preview: ({ name }) => `Vorschau von ${name}`,
  moveUp: () => "Nach oben",
  moveDown: () => "Nach unten",
  moved: ({ name, position, count }) => `${name} steht jetzt an Stelle ${position} von ${count}.`,
}
