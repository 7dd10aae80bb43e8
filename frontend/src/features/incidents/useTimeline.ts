import { useInfiniteQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, toValue, type MaybeRefOrGetter } from 'vue'
import * as incidents from '@/api/incidents'
import { LIVE } from '@/composables/queries'

const AT_ONCE = 100

/** What happened, oldest first, and a way to note more. */
export function useTimeline(id: MaybeRefOrGetter<number>) {
  const queries = useQueryClient()
  const key = computed(() => ['incidents', toValue(id), 'timeline'])
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      incidents.timeline(toValue(id), { limit: AT_ONCE, ...(pageParam && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    ...LIVE,
  })

  const sending = ref(false)

  async function note(text: string, occurred_at: string | null) {
    sending.value = true
    try {
      await incidents.addNote(toValue(id), { text, ...(occurred_at && { occurred_at }) })
      await queries.invalidateQueries({ queryKey: key.value })
    } finally {
      sending.value = false
    }
  }

  return {
    entries: computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? []),
    isLoading: query.isPending,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    more: () => query.fetchNextPage(),
    refetch: () => query.refetch(),
    sending,
    note,
  }
}
