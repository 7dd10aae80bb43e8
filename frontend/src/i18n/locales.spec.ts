import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '..')
const zh = flat(read('zh-CN'))
const en = flat(read('en'))

describe('the two languages', () => {
  it('fails when a key stands in one only', () => {
    expect(Object.keys(zh).filter((key) => !(key in en)), 'missing in en').toEqual([])
    expect(Object.keys(en).filter((key) => !(key in zh)), 'missing in zh-CN').toEqual([])
  })

  it('fails when a text is empty or takes other parameters than its twin', () => {
    for (const [key, text] of Object.entries(zh)) {
      expect(text.trim(), key).not.toBe('')
      expect(parameters(en[key] ?? ''), key).toEqual(parameters(text))
    }
  })
})

describe('the sources', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(vue|ts)$/.test(name) && !/\.spec\.ts$|schema\.d\.ts$/.test(name),
  )
  const sources = files.map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }))

  it('fails when one uses a key that does not exist', () => {
    const unknown = sources.flatMap(({ name, text }) =>
      usedKeys(text)
        .filter((key) => !exists(key))
        .map((key) => `${name}: ${key}`),
    )
    expect(unknown).toEqual([])
  })

  it('fails when a key is used by none', () => {
    const all = sources.map(({ text }) => text).join()
    const stands = (key: string) => ["'", '"', '`'].some((quote) => all.includes(quote + key + quote))
    const made = (key: string) => MADE.some((beginning) => key.startsWith(beginning))
    expect(Object.keys(zh).filter((key) => !made(key) && !stands(key))).toEqual([])
  })

  it('fails when Chinese is written into one instead of into the locale files', () => {
    const hard = sources
      .map(({ name, text }) => ({ name, text: withoutComments(text) }))
      .filter(({ text }) => /\p{Script=Han}/u.test(text))
    expect(hard.map(({ name }) => name)).toEqual([])
  })
})

function read(language: string): object {
  return JSON.parse(readFileSync(join(SRC, `i18n/locales/${language}.json`), 'utf8'))
}

function flat(tree: object, path = ''): Record<string, string> {
  return Object.entries(tree).reduce<Record<string, string>>((all, [name, value]) => {
    const key = path ? `${path}.${name}` : name
    return { ...all, ...(typeof value === 'string' ? { [key]: value } : flat(value as object, key)) }
  }, {})
}

const parameters = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

/** How the keys begin that are made at run time; every other key stands in a source as it is. */
const MADE = [
  'actionItems.type_hint.',
  'admin.integrations.delete_',
  'admin.integrations.kind',
  'admin.integrations.rotate_',
  'admin.integrations.snippet.',
  'admin.integrations.switch_off_',
  'admin.users.activate',
  'admin.users.deactivate',
  'admin.users.role_means.',
  'alerts.history.',
  'alerts.tabs.',
  'common.active',
  'enums.',
  'errors.',
  'fields.',
  'moves.prompt.',
  'postmortems.hint.',
  'postmortems.none',
  'postmortems.nothing_to_review',
  'postmortems.state.',
  'time.days',
  'time.hours',
  'timeline.',
]

/** Keys in `t('…')`, `$t('…')`, `translate('…')`, `keypath="…"`, and in the places that hold keys for later. */
function usedKeys(text: string): string[] {
  const calls = /(?:\bt|\btranslate|\bte|hasTranslation)\(\s*(['"`])([^'"`]+)\1/g
  const held = /(?:keypath=|\b(?:label|group|title):\s*)(['"])([a-z][\w]*(?:\.[\w-]+)+)\1/g
  const chosen = /\bt\([^()'"`]*\?\s*'([\w.-]+)'\s*:\s*'([\w.-]+)'\s*[,)]/g
  return [
    ...[...text.matchAll(calls)].map((found) => found[2]!),
    ...[...text.matchAll(held)].map((found) => found[2]!),
    ...[...text.matchAll(chosen)].flatMap((found) => [found[1]!, found[2]!]),
  ].filter((key) => key.includes('.'))
}

/** A key made at run time counts as known when some key has its fixed parts. */
function exists(key: string): boolean {
  if (!key.includes('${')) return key in zh
  const pattern = new RegExp(`^${key.replace(/[.]/g, '\\.').replace(/\$\{.+?\}/g, '.+')}$`)
  return Object.keys(zh).some((known) => pattern.test(known))
}

function withoutComments(text: string): string {
  return text
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
}
