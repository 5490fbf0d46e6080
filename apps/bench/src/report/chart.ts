import type { Row } from "../rows.js"
import { type Matrix, matricesOf, ratioText } from "./matrix.js"

// Told apart by people who see colours differently, on white and on black (Okabe and Ito).
const colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"]

const width = 760
const left = 210
const right = 60
const top = 64
const bar = 11
const gap = 16

// With paper of its own: a page may be dark where the reader's system is light.
const style = `.paper { fill: #ffffff } text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .axis { stroke: #59636e } .grid { stroke: #59636e; opacity: 0.25 } .head { font-weight: 600 }
  @media (prefers-color-scheme: dark) { .paper { fill: #0d1117 } text { fill: #f0f6fc } .axis, .grid { stroke: #9198a1 } }`

const escaped = (text: string) => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`)

const text = (x: number, y: number, content: string, attributes = "") =>
  `<text x="${x}" y="${y}"${attributes}>${escaped(content)}</text>`

function described({ variants, lines }: Matrix): string {
  return lines
    .map(({ subject, rows }) => {
      const ratios = rows.map((row, at) => `${variants[at]} ${ratioText(row)}`)
      return `${subject}: ${ratios.join(", ")}.`
    })
    .join(" ")
}

/** Draws the first scenarios that have a throughput: a group of bars for each subject, a bar for each scenario. */
export function chartOf(rows: readonly Row[]): string {
  const [matrix] = matricesOf(rows)
  if (!matrix) throw new TypeError("--svg: none of these scenarios has a throughput to draw")
  const { group, variants, lines } = matrix
  const most = Math.max(1.2, ...lines.flatMap((line) => line.rows.map((row) => row?.throughputRatio ?? 0)))
  const x = (ratio: number) => Math.round(left + (ratio / most) * (width - left - right))
  const lineHeight = variants.length * bar + gap
  const bottom = top + lines.length * lineHeight
  const colour = (at: number) => colours[at % colours.length] ?? ""

  const steps = Array.from({ length: Math.floor(most / 0.25) + 1 }, (_, step) => step * 0.25)
  const scale = steps.map((step) => {
    const line = `<line class="${step === 1 ? "axis" : "grid"}" x1="${x(step)}" x2="${x(step)}" y1="${top - 8}" y2="${bottom}"/>`
    return line + text(x(step), bottom + 16, step.toFixed(2), ` text-anchor="middle"`)
  })
  const legend = variants.map((variant, at) => {
    const from = left + at * 130
    return `<rect x="${from}" y="34" width="10" height="10" fill="${colour(at)}"/>${text(from + 15, 43, variant)}`
  })
  const bars = lines.flatMap(({ subject, rows: own }, line) => {
    const y = top + line * lineHeight
    const name = text(left - 10, y + (variants.length * bar) / 2 + 4, subject, ` text-anchor="end"`)
    const drawn = own.map((row, at) => {
      const end = x(row?.throughputRatio ?? 0)
      const from = y + at * bar
      const shape = `<rect x="${left}" y="${from}" width="${Math.max(1, end - left)}" height="${bar - 2}" fill="${colour(at)}"/>`
      const value = text(end + 5, from + bar - 2, ratioText(row), ` style="font-size: 10px"`)
      return shape + value
    })
    return [name, ...drawn]
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 28}" role="img" aria-labelledby="title desc">
<title id="title">Throughput against a bare pipe to disk (raw = 1.00): ${escaped(group)}</title>
<desc id="desc">${escaped(described(matrix))}</desc>
<style>${style}</style>
<rect class="paper" width="${width}" height="${bottom + 28}"/>
${text(left, 20, `${group}: throughput, raw = 1.00; more is faster`, ` class="head"`)}
${[...legend, ...scale, ...bars].join("\n")}
</svg>
`
}
