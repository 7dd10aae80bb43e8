import { refDebounced } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { BoardQuery } from '@/api/incidents'
import { SEVERITIES, type Severity } from '@/api/types'
import { useSession } from '@/stores/session'

/** What the board is narrowed to. It stands in the address, so that a view can be sent to somebody. */
export function useBoardFilters() {
  const route = useRoute()
  const router = useRouter()
  const session = useSession()

  const words = (name: string) => String(route.query[name] ?? '')
  const severities = computed<Severity[]>(() => SEVERITIES.filter((name) => words('severity').split(',').includes(name)))
  const mine = computed(() => words('assignee') === 'me')

  const text = ref(words('q'))
  const settled = refDebounced(text, 250)
  watch(settled, (q) => set({ q }))
  watch(() => words('q'), (q) => q !== settled.value && (text.value = q))

  const query = computed<BoardQuery>(() => ({
    ...(severities.value.length && { severity: severities.value.join(',') }),
    ...(mine.value && session.user && { assignee_id: session.user.id }),
    ...(words('q').trim() && { q: words('q').trim() }),
  }))

  function set(change: Record<string, string>) {
    if (route.name !== 'board') return
    const kept = Object.entries({ ...route.query, ...change }).filter(([, value]) => value)
    void router.replace({ query: Object.fromEntries(kept) })
  }

  return {
    severities,
    mine,
    text,
    query,
    active: computed(() => Object.keys(query.value).length > 0),
    toggleSeverity(severity: Severity) {
      const chosen = new Set(severities.value)
      if (!chosen.delete(severity)) chosen.add(severity)
      set({ severity: SEVERITIES.filter((name) => chosen.has(name)).join(',') })
    },
    toggleMine: () => set({ assignee: mine.value ? '' : 'me' }),
    clear() {
      text.value = ''
      set({ severity: '', assignee: '', q: '' })
    },
  }
}

export type BoardFilters = ReturnType<typeof useBoardFilters>
