import { formatBytes } from "../index.js"

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"]

/**
 * Makes what writes sizes in a language, given by its BCP 47 tag, where `formatBytes` does in English: `7,2 MB`, `5 Mo`,
 * `1 octet`. No line breaks between a number and its unit.
 */
export function sizesIn(language: string): (bytes: number, beside?: number) => string {
  const write = (value: number, power: number) =>
    value
      .toLocaleString(language, {
        style: "unit",
        unit: units[power],
        // Short, a byte is "7 byte" in English and "7 o" in French.
        unitDisplay: power ? "short" : "long",
        maximumFractionDigits: 1,
      })
      .replaceAll(" ", "\u00a0")
  return (bytes, beside) => formatBytes(bytes, beside, write)
}
