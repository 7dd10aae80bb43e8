// What the board costs before it can be used: every script and style that /incidents-new loads, gzipped, in one
// language. Fails over the budget. Reads Vite's manifest of the last build.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 260
const ROUTE = 'src/features/incidents/BoardPage.vue'
const LANGUAGE = 'src/i18n/locales/zh-CN.json'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const files = new Set()
const seen = new Set()

function load(name) {
  if (seen.has(name)) return
  seen.add(name)
  const chunk = manifest[name]
  if (!chunk) throw new Error(`The manifest has no ${name}.`)
  files.add(chunk.file)
  chunk.css?.forEach((file) => files.add(file))
  chunk.imports?.forEach(load)
}

load('index.html')
load(ROUTE)
load(LANGUAGE)

const sizes = [...files]
  .map((file) => ({ file, bytes: gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length }))
  .sort((a, b) => b.bytes - a.bytes)
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1000

for (const { file, bytes } of sizes) console.log(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${file}`)
console.log(`${total.toFixed(1).padStart(8)} kB  in all; the budget is ${BUDGET_KB} kB`)
process.exit(total > BUDGET_KB ? 1 : 0)
