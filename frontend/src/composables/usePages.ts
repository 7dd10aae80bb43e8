import { keepPreviousData, useInfiniteQuery, type QueryKey } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter, type Ref } from 'vue'
import type { Page } from '@/api/types'
import { LIVE } from './queries'

interface Manner {
  /** Others change it meanwhile: asked again while the page is visible. */
  live?: boolean
  /** The rows of the filters before stay until the new ones are there. */
  keep?: boolean
  /** Not asked for before. */
  enabled?: Ref<boolean>
}

/** A list that the server gives page by page: what is loaded of it, and a way to the rest. The key may hold refs. */
export function usePages<T>(
  key: MaybeRefOrGetter<QueryKey>,
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
  { live = false, keep = false, enabled }: Manner = {},
) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(key)),
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    ...(keep && { placeholderData: keepPreviousData }),
    ...(live && LIVE),
    ...(enabled && { enabled }),
  })
  const rows = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])

  return reactive({
    rows,
    isLoading: query.isPending,
    /** Rows that are there are better than word of why they could not be renewed. */
    error: computed(() => (rows.value.length ? null : query.error.value)),
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    moreFailed: query.isFetchNextPageError,
    loadMore: () => query.fetchNextPage(),
    retry: () => query.refetch(),
  })
}
