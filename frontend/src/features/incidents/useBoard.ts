import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, reactive, ref, shallowRef, watch, type Ref } from 'vue'
import * as incidents from '@/api/incidents'
import type { BoardQuery } from '@/api/incidents'
import type { BoardColumn, Incident, IncidentStatus } from '@/api/types'
import { LIVE } from '@/composables/queries'
import { useNotify } from '@/composables/useNotify'
import * as state from './boardState'

const FIRST = 25
const MOST = 200

/**
 * The board as it is shown. While `busy` (a hand is on it), cards of others neither come nor go:
 * they wait, and `waiting` says how many. Own changes show at once.
 */
export function useBoard(filters: Ref<BoardQuery>, busy: Ref<boolean>) {
  const notify = useNotify()
  const columns = shallowRef<BoardColumn[]>([])
  const held = shallowRef<BoardColumn[] | null>(null)
  const moving = reactive(new Set<number>())
  const loadingMore = ref<IncidentStatus | null>(null)

  /** How far down somebody has looked: as much is asked for again. */
  let depth = FIRST
  const query = useQuery({
    queryKey: ['incidents', 'board', filters],
    queryFn: ({ signal }) => incidents.board({ ...filters.value, limit: depth }, signal),
    placeholderData: keepPreviousData,
    ...LIVE,
  })

  let shownFilters = ''
  watch(
    // Every answer counts, also one that is equal to the last: cards may have been put elsewhere meanwhile.
    [query.dataUpdatedAt, query.isPlaceholderData],
    () => {
      const data = query.data.value
      if (!data || query.isPlaceholderData.value) return
      const asked = JSON.stringify(filters.value)
      if (asked !== shownFilters) {
        shownFilters = asked
        return show(data.columns)
      }
      receive(data.columns)
    },
    { immediate: true },
  )
  watch(busy, (isBusy) => !isBusy && showWaiting())

  function receive(incoming: BoardColumn[]) {
    const next = state.reconcile(columns.value, incoming, moving)
    if (!busy.value || !state.difference(columns.value, next)) return show(next)
    columns.value = state.inPlace(columns.value, next)
    held.value = incoming
  }

  function show(next: BoardColumn[]) {
    columns.value = next
    held.value = null
  }

  function showWaiting() {
    if (held.value) show(state.reconcile(columns.value, held.value, moving))
  }

  function put(card: Incident) {
    columns.value = state.put(columns.value, card)
  }

  async function more({ status, next_cursor: cursor }: BoardColumn) {
    if (!cursor || loadingMore.value) return
    loadingMore.value = status
    const asked = filters.value
    try {
      const page = await incidents.list({ ...asked, status, cursor, sort: 'severity', limit: FIRST })
      if (filters.value !== asked) return
      columns.value = state.append(columns.value, status, page.items, page.next_cursor)
      depth = Math.min(MOST, Math.max(...columns.value.map(({ items }) => items.length)))
    } catch (error) {
      notify.refused(error)
    } finally {
      loadingMore.value = null
    }
  }

  return {
    columns,
    moving,
    loadingMore,
    isLoading: computed(() => query.isPending.value),
    error: computed(() => (columns.value.length ? null : query.error.value)),
    isStale: computed(() => query.isError.value && columns.value.length > 0),
    openCount: computed(() =>
      columns.value.reduce((sum, { status, count }) => (status === 'Closed' ? sum : sum + count), 0),
    ),
    isEmpty: computed(() => columns.value.length > 0 && columns.value.every(({ count }) => count === 0)),
    waiting: computed(() =>
      held.value ? state.difference(columns.value, state.reconcile(columns.value, held.value, moving)) : 0,
    ),
    find: (id: number) => state.find(columns.value, id),
    put,
    more,
    showWaiting,
    refetch: () => query.refetch(),
  }
}

export type Board = ReturnType<typeof useBoard>
