import type { StickyErrorDetails } from "../index.js"
import { germanClient } from "./german-client.js"
import type { Locale } from "./locale.js"
import { sizesIn } from "./sizes.js"

const sized = /* @__PURE__ */ sizesIn("de")
const pickAgain = "Bitte wählen Sie die Datei erneut aus."

const seconds = (count: number) => `${count}\u00a0${count === 1 ? "Sekunde" : "Sekunden"}`

const limits: Record<StickyErrorDetails["multipart_limit"]["limit"], string> = {
  parts: "Teile",
  bytes: "Bytes",
  "bytes of text": "Bytes Text",
  "headers in a part": "Kopfzeilen je Teil",
  "header bytes in a part": "Bytes Kopfzeilen je Teil",
  "characters in a name": "Zeichen je Name",
}

/** Everything that the toolkit says, in German. */
export const german: Locale = {
  ...germanClient,
  file_required: () => "Bitte wählen Sie eine Datei aus.",
  file_invalid: () => "Dies ist weder eine Datei noch das Token einer hochgeladenen Datei.",
  file_and_clear: ({ name }) =>
    `Wählen Sie entweder eine neue Datei aus oder setzen Sie das Häkchen zum Entfernen, nicht beides: ${name}`,
  file_refused: ({ name, reason }) => `Die Datei wurde abgelehnt (${reason}): ${name}`,
  token_malformed: () => `Dies ist keine hochgeladene Datei. ${pickAgain}`,
  token_tampered: () => `Die hochgeladene Datei lässt sich nicht überprüfen. ${pickAgain}`,
  token_expired: ({ name }) => `Die Frist für die hochgeladene Datei ist abgelaufen: ${name}. ${pickAgain}`,
  token_wrong_target: () => `Die Datei wurde für ein anderes Feld hochgeladen. ${pickAgain}`,
  token_wrong_subject: () => `Die Datei wurde von einer anderen Person hochgeladen. ${pickAgain}`,
  token_gone: ({ name }) => `Die hochgeladene Datei ist nicht mehr vorhanden: ${name}. ${pickAgain}`,
  token_used: ({ name }) => `Die hochgeladene Datei wurde bereits abgesendet: ${name}. ${pickAgain}`,
  token_busy: ({ name }) =>
    `Die hochgeladene Datei wird gerade abgesendet: ${name}. Bitte warten Sie einen Augenblick.`,
  token_pending: ({ name }) =>
    `Die hochgeladene Datei wird noch geprüft: ${name}. Bitte versuchen Sie es gleich noch einmal.`,
  // Sound: a Refusal pairs each code with its own details, which TypeScript cannot follow through the index.
  token_not_allowed: ({ reason }) => germanClient[reason.code](reason.details as never),
  preview_unknown: () => "Unter dieser Adresse gibt es keine Datei.",
  preview_expired: ({ name }) => `Diese Adresse ist abgelaufen: ${name}. Bitte öffnen Sie das Formular erneut.`,
  preview_forbidden: () => "Nur wer diese Datei hochgeladen hat, darf sie ansehen.",
  scope_missing: () =>
    "Ein Token wurde außerhalb eines Sticky-Kontexts gelesen. Setzen Sie stickyMiddleware(sticky) vor .input(), senden " +
    "Sie das Formular an stickyForm oder rufen Sie sticky.parse(schema, value, { ctx, procedure }) auf.",
  target_unregistered: ({ procedure }) =>
    `Die Felder von „${procedure}“ sind nicht bekannt. Binden Sie stickyEndpoint({ sticky, router }) ein oder rufen Sie sticky.register(router) auf.`,
  body_used: () =>
    "Der Inhalt der Anfrage wurde bereits von etwas anderem gelesen. Setzen Sie den Endpunkt und das Formular vor jeden " +
    "Body-Parser und geben Sie ihnen die Anfrage so, wie sie kam.",
  method_not_allowed: ({ method, allow }) => `${method} ist hier nicht erlaubt; verwenden Sie ${allow.join(" oder ")}.`,
  target_unknown: ({ target }) => `Es gibt kein Upload-Feld namens „${target}“.`,
  origin_refused: ({ origin }) => `Uploads von ${origin ?? "einer anderen Website"} sind nicht erlaubt.`,
  upload_forbidden: () => "Sie dürfen hier keine Dateien hochladen.",
  too_many_uploads: ({ maxPerMinute, retrySeconds }) =>
    `Mehr als ${maxPerMinute} Uploads in einer Minute. Bitte versuchen Sie es in ${seconds(retrySeconds)} erneut.`,
  too_many_bytes: ({ maxBytes }) =>
    `Es würden mehr als ${sized(maxBytes)} Ihrer Dateien auf das Absenden warten. Bitte senden oder entfernen Sie zuerst einige.`,
  server_busy: ({ retrySeconds }) =>
    `Zu viele Uploads auf einmal. Bitte versuchen Sie es in ${seconds(retrySeconds)} erneut.`,
  body_too_large: ({ declaredBytes, maxBytes }) =>
    `Der Upload ist ${sized(declaredBytes, maxBytes)} groß; die Obergrenze liegt bei ${sized(maxBytes)}.`,
  content_type_unsupported: () => "Senden Sie die Datei als multipart/form-data.",
  multipart_malformed: ({ reason }) => `Die Multipart-Daten sind nicht lesbar: ${reason}.`,
  multipart_limit: ({ limit, max }) =>
    `Die Multipart-Daten überschreiten eine Grenze: höchstens ${max} ${limits[limit]}.`,
  upload_missing: ({ part }) => `Die Anfrage enthält keine Datei unter dem Namen „${part}“.`,
  field_name_refused: () => "Das Formular enthält ein Feld, dessen Name nicht erlaubt ist.",
  upload_aborted: () => "Das Hochladen wurde abgebrochen.",
  upload_timeout: ({ idleSeconds }) => `Das Hochladen wurde beendet, weil ${seconds(idleSeconds)} lang nichts ankam.`,
  upload_too_slow: ({ maxSeconds }) =>
    `Das Hochladen wurde beendet, weil es länger als ${seconds(maxSeconds)} dauerte.`,
  inspection_failed: () => "Die Datei konnte nicht geprüft werden. Bitte versuchen Sie es erneut.",
  storage_failed: () => "Die Datei konnte nicht gespeichert werden. Bitte versuchen Sie es erneut.",
  storage_conflict: () => "Unter diesem Schlüssel ist bereits eine Datei gespeichert.",
  storage_missing: () => "Unter diesem Schlüssel ist keine Datei gespeichert.",
  key_invalid: () => "Dies ist kein Schlüssel eines Speichers.",
  content_unavailable: ({ name }) => `Der Inhalt dieser Datei kann nur auf dem Server gelesen werden: ${name}`,
  content_stored: ({ name }) =>
    `Diese Datei ist schon gespeichert. Öffnen Sie sie anhand von \`existing\` aus Ihrem eigenen Speicher: ${name}`,
  internal_error: () => "Etwas ist schiefgelaufen. Bitte versuchen Sie es erneut.",
  currently: "Derzeit:",
  change: "Ändern:",
  clear: "Entfernen",
  keep: "Behalten:",
}
