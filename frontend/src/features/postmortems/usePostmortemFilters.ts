import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { PostmortemQuery } from '@/api/postmortems'
import { POSTMORTEM_STATUSES } from '@/api/types'
import { useQueryParam } from '@/composables/useQueryParam'
import { useSession } from '@/stores/session'

export type View = 'all' | 'review' | 'mine'
const VIEWS: readonly View[] = ['all', 'review', 'mine']
export const ANY = 'all'

/** The filters in the address, and the query that they make. */
export function usePostmortemFilters() {
  const route = useRoute()
  const router = useRouter()
  const session = useSession()

  const wished = useQueryParam('view', 'all')
  const view = computed<View>({
    get: () => VIEWS.find((name) => name === wished.value) ?? 'all',
    set: (name) => (wished.value = name),
  })
  const status = useQueryParam('status', ANY)
  const q = useQueryParam('q')

  const toReview = computed<PostmortemQuery>(() => ({ reviewer_id: session.user?.id, status: 'InReview' }))
  const query = computed<PostmortemQuery>(() => ({
    ...(view.value === 'review'
      ? toReview.value
      : { status: POSTMORTEM_STATUSES.find((name) => name === status.value) }),
    author_id: view.value === 'mine' ? session.user?.id : undefined,
    q: q.value || undefined,
    limit: 50,
  }))
  const narrowed = computed(() => Boolean(q.value) || (view.value !== 'review' && query.value.status !== undefined))
  const clear = () => router.replace({ query: { view: route.query.view } })

  return { view, status, q, query, toReview, narrowed, clear }
}
