import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = import.meta.dirname
const IMPORT = /(?:\bfrom|\bimport|\bimport\(|vi\.mock\()\s*'((?:@\/|\.)[^']+)'/g

/** Every import of ours, both ends as paths below `src`. */
const imports = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name))
  .flatMap((from) =>
    [...readFileSync(join(SRC, from), 'utf8').matchAll(IMPORT)].map(([, path]) => ({
      from,
      to: path!.startsWith('@/') ? path!.slice(2) : relative(SRC, join(SRC, from, '..', path!)),
    })),
  )

const within = (folder: RegExp) => imports.filter(({ from }) => folder.test(from))
const told = (some: typeof imports) => some.map(({ from, to }) => `${from} imports ${to}`)

describe('the imports', () => {
  it('fails when one feature imports another', () => {
    const feature = (path: string) => /^features\/([^/]+)/.exec(path)?.[1]
    const across = within(/^features\//).filter(({ from, to }) => feature(to) && feature(to) !== feature(from))
    expect(told(across)).toEqual([])
  })

  it('fails when the API knows who uses it', () => {
    expect(told(within(/^api\//).filter(({ to }) => !to.startsWith('api/')))).toEqual([])
  })

  it('fails when a shared part knows a feature', () => {
    const known = within(/^(components|composables|stores|i18n)\//).filter(({ to }) => to.startsWith('features/'))
    expect(told(known)).toEqual([])
  })

  it('fails when this spec has gone blind', () => {
    expect(told(imports)).toContain('router/routes.ts imports features/alerts/AlertsPage.vue')
    expect(told(imports)).toContain('features/alerts/AlertsPage.vue imports features/alerts/filters')
  })
})
