import { useMemoize } from '@vueuse/core'
import { currentLanguage, translate } from '@/i18n'

/** The zone of this machine's clock. */
export const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** All that this browser knows; first those that somebody is most likely to look for: `mine`, this machine's, UTC. */
export const timeZones = (mine: string) => [...new Set([mine, browserZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])]

/** `UTC+8`, `UTC-3:30`, `UTC+0`, as of now; empty for a zone that this browser does not know. */
export const offsetOf = useMemoize((zone: string): string => {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts()
    const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', 'UTC')
    // Engines differ on whether nothing is worth a number.
    return offset === 'UTC' ? 'UTC+0' : (offset ?? '')
  } catch {
    return ''
  }
})

/** `America/New York` */
export const zoneName = (zone: string) => zone.replaceAll('_', ' ')

/** As people call it, `New York Time` in their language. */
const spoken = useMemoize((zone: string, language: string): string =>
  (['longGeneric', 'shortGeneric'] as const)
    .map((timeZoneName) => new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName }).formatToParts())
    .map((parts) => parts.find(({ type }) => type === 'timeZoneName')?.value)
    .join(' ')
    .toLowerCase(),
)

/** By parts of the name in any order, by what it is called in the user's language, or by the offset: `york`, `asia shang`, `+8`. */
export function matchesZone(zone: string, term: string): boolean {
  const words = term.toLowerCase().replaceAll('_', ' ').split(/\s+/)
  const names = `${zoneName(zone).toLowerCase()} ${zone === 'Asia/Shanghai' ? translate('settings.beijing') : ''}`
  // Dear to ask of four hundred zones, and what is plain ASCII is in the name.
  const called = (word: string) => /[^ -~]/.test(word) && offsetOf(zone) !== '' && spoken(zone, currentLanguage()).includes(word)
  return words.every((word) => names.includes(word) || offsetOf(zone).toLowerCase().includes(word) || called(word))
}
