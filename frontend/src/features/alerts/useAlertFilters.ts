import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { readFilters, writeFilters, type AlertFilters } from './filters'

/** The filters live in the address, so that a link shows the same list; `alert=ID` beside them opens the detail. */
export function useAlertFilters() {
  const route = useRoute()
  const router = useRouter()

  // By its text: a change of `alert` alone must not start a new list.
  const text = computed(() => JSON.stringify(readFilters(route.query)))
  const filters = computed<AlertFilters>(() => JSON.parse(text.value))
  const openId = computed(() => Number(route.query.alert) || null)

  const withFilters = (changes: Partial<AlertFilters>) => ({ query: writeFilters({ ...filters.value, ...changes }) })
  const toAlert = (id: number) => ({ query: { ...writeFilters(filters.value), alert: String(id) } })

  return {
    filters,
    openId,
    toAlert,
    change: (changes: Partial<AlertFilters>) => router.replace(withFilters(changes)),
    open: (id: number) => router.push(toAlert(id)),
    /** The phone's "back" closes the detail too: only what a deep link opened is replaced. */
    close: () => (openedHere() ? router.back() : router.replace(withFilters({}))),
  }

  function openedHere() {
    const before = router.options.history.state.back
    return typeof before === 'string' && before === router.resolve(withFilters({})).fullPath
  }
}
