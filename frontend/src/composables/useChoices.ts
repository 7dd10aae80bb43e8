import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { refDebounced } from '@vueuse/core'
import { computed, ref } from 'vue'
import { explain } from '@/i18n/explain'

export interface Choice {
  id: number
  label: string
}

/** What a ComboBox offers, asked of the server as somebody types. `busy` until it answers the present term. */
export function useChoices<T>(
  key: string[],
  ask: (q: string | undefined, signal: AbortSignal) => Promise<{ items: T[] }>,
) {
  const term = ref('')
  const q = refDebounced(term, 200)
  const { data, error, isPending, isPlaceholderData } = useQuery({
    queryKey: [...key, q],
    queryFn: ({ signal }) => ask(q.value.slice(0, 100) || undefined, signal),
    placeholderData: keepPreviousData,
  })
  const found = computed(() => data.value?.items ?? [])
  const busy = computed(() => term.value !== q.value || isPlaceholderData.value || isPending.value)
  const problem = computed(() => (error.value ? explain(error.value) : undefined))
  return { term, found, busy, problem }
}
