import { useNow } from '@vueuse/core'
import { createSharedComposable } from '@vueuse/core'
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
  const absolute = computed(() => {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
    return new Intl.DateTimeFormat(locale.value, { ...parts, hourCycle: 'h23', timeZone: zone.value })
  })
  const brief = computed(() => {
    const parts = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const
    return new Intl.DateTimeFormat(locale.value, { ...parts, hourCycle: 'h23', timeZone: zone.value })
  })
  const day = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeZone: 'UTC' }))

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
    full: (instant: string) => absolute.value.format(new Date(instant)),
    brief: (instant: string) => brief.value.format(new Date(instant)),
    /** A calendar day such as a due date: the same in every zone. */
    day: (date: string) => day.value.format(new Date(`${date}T00:00:00Z`)),
  }
}

function knownZone(zone: string | undefined): string | undefined {
  try {
    return zone && new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}
