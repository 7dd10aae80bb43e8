import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, toValue, watch, type MaybeRefOrGetter } from 'vue'
import * as alerts from '@/api/alerts'
import { LIVE } from '@/composables/queries'
import { alertCache, compare, keys, rowsOf, type AlertPages } from './alertCache'
import { asked, hasStatus, type AlertFilters } from './filters'

const LIMIT = 50
/** What the server moves in one request. */
export const BULK = 1000
/** Rows somebody else has moved away are asked for one by one, this many at a time. */
const ASK_AT_MOST = 20

/**
 * The list stands still: its rows are renewed in place, new ones are counted and wait for `showNew`.
 * `list` holds what is on the screen, `head` asks again and again what the first page would be now.
 */
export function useAlertList(filters: MaybeRefOrGetter<AlertFilters>) {
  const client = useQueryClient()
  const cache = alertCache(client)
  const query = computed(() => asked(toValue(filters)))
  const page = (cursor: string | null, signal?: AbortSignal) =>
    alerts.list({ ...query.value, limit: LIMIT, cursor: cursor ?? undefined }, signal)

  const list = useInfiniteQuery({
    queryKey: [...keys.list, query],
    queryFn: ({ pageParam, signal }) => page(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const isCurrent = computed(() => list.isSuccess.value && !list.isPlaceholderData.value)
  const head = useQuery({
    queryKey: [...keys.head, query],
    queryFn: ({ signal }) => page(null, signal),
    enabled: isCurrent,
    ...LIVE,
  })

  const rows = computed(() => rowsOf(list.data.value?.pages ?? []))
  const unseen = computed(() =>
    isCurrent.value && head.data.value ? compare(rows.value, head.data.value, list.hasNextPage.value).unseen.length : 0,
  )
  const lookedUp = ref(new Set<number>())

  watch(head.data, async (newest) => {
    if (!newest || !isCurrent.value) return
    const { known, gone } = compare(rows.value, newest, list.hasNextPage.value)
    cache.put(known)
    const moved = gone.filter((row) => hasStatus(toValue(filters), row) && !lookedUp.value.has(row.id))
    await lookUp(moved.slice(0, ASK_AT_MOST).map(({ id }) => id))
  })
  watch(query, () => lookedUp.value.clear())

  async function lookUp(ids: number[]) {
    ids.forEach((id) => lookedUp.value.add(id))
    const answers = await Promise.allSettled(ids.map((id) => alerts.get(id)))
    cache.put(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])))
  }

  /** All rows as they are now, in their places: after a bulk action their versions are others. */
  async function renew() {
    let cursor: string | null = null
    for (let left = list.data.value?.pages.length ?? 0; left > 0; left--) {
      const { items, next_cursor } = await page(cursor)
      cache.put(items)
      cursor = next_cursor
      if (!cursor) return
    }
  }

  /** Everything that matches, as far as one action may reach. What comes in meanwhile is not among it. */
  async function loadAll() {
    while (list.hasNextPage.value && rows.value.length < BULK) {
      const { isError } = await list.fetchNextPage()
      if (isError) return
    }
  }

  function showNew() {
    const newest = head.data.value
    if (!newest) return
    lookedUp.value.clear()
    client.setQueryData<AlertPages>([...keys.list, query.value], { pages: [newest], pageParams: [null] })
  }

  return {
    rows,
    unseen,
    unseenIsMore: computed(() => unseen.value >= LIMIT),
    isLoading: list.isPending,
    /** Other filters were chosen; the rows on the screen are still those of before. */
    isChanging: list.isPlaceholderData,
    error: computed(() => (list.isPlaceholderData.value || !list.data.value ? list.error.value : null)),
    hasMore: list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    moreFailed: list.isFetchNextPageError,
    loadMore: () => list.fetchNextPage(),
    loadAll,
    retry: () => list.refetch(),
    renew,
    showNew,
  }
}
