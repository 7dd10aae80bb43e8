import { createSharedComposable, useMemoize, useNow } from '@vueuse/core'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useSession } from '@/stores/session'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** One clock for all relative times on the page. */
export const useMinute = createSharedComposable(() => useNow({ interval: 20_000 }))

/** Times and durations in the user's language and time zone. */
export function useTime() {
  const { t, locale } = useI18n()
  const session = useSession()
  const now = useMinute()

  const zone = computed(() => knownZone(session.user?.time_zone))
  const written = (style: keyof typeof STYLES, instant: string | Date) =>
    formatter(style, locale.value, zone.value).format(new Date(instant))
  const isThisYear = (instant: string) => written('year', instant) === written('year', now.value)

  /** `45 分钟`, `3 h 20 m`, `2 天`: at most two units, `short` keeps the first. */
  function duration(ms: number, { short = false } = {}): string {
    const span = Math.max(0, ms)
    if (span < MINUTE) return t('time.under_a_minute')
    if (span < HOUR) return t('time.minutes', { n: Math.floor(span / MINUTE) })
    const [big, small, unit] = span < DAY ? [HOUR, MINUTE, 'hours'] : [DAY, HOUR, 'days']
    const rest = Math.floor((span % big) / small)
    const whole = { n: Math.floor(span / big), rest }
    return rest && !short ? t(`time.${unit}_and`, whole) : t(`time.${unit}`, whole)
  }

  return {
    zone,
    now,
    duration,
    between: (from: string, to: string) => duration(Date.parse(to) - Date.parse(from)),
    /** How long ago, without the word "ago". */
    since: (instant: string, options?: { short?: boolean }) =>
      duration(now.value.getTime() - Date.parse(instant), options),
    full: (instant: string) => written('full', instant),
    /** With the year where it is not this one. */
    brief: (instant: string) => written(isThisYear(instant) ? 'brief' : 'full', instant),
    /** A calendar day such as a due date: the same in every zone. */
    day: (date: string) => formatter('day', locale.value, 'UTC').format(new Date(`${date}T00:00:00Z`)),
  }
}

const STYLES = {
  full: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  brief: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  year: { year: 'numeric' },
  day: { dateStyle: 'medium' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

/** Formatters are dear to make and a board has hundreds of times: one of each kind. */
const formatter = useMemoize(
  (style: keyof typeof STYLES, locale: string, timeZone: string | undefined) =>
    new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone }),
)

/** The zone if this browser knows it, else the browser's own. */
const knownZone = useMemoize((zone: string | undefined): string | undefined => {
  try {
    return zone && new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
})
