import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { ActionItemQuery } from '@/api/actionItems'
import { ACTION_ITEM_STATUSES } from '@/api/types'
import { useQueryParam } from '@/composables/useQueryParam'
import { useSession } from '@/stores/session'

/** What the loop still waits for; Done is among it, as nobody has verified it. */
export const UNVERIFIED = 'Open,InProgress,Done'
export const ANY = 'all'

/** The filters in the address, and the query that they make. */
export function useActionItemFilters() {
  const route = useRoute()
  const router = useRouter()
  const session = useSession()

  const owner = useQueryParam('owner')
  const overdue = useQueryParam('overdue')
  const q = useQueryParam('q')
  const incident = useQueryParam('incident_id')
  /** Of one incident all are wanted, also those that are done with. */
  const status = useQueryParam('status', () => (incident.value ? ANY : UNVERIFIED))

  const mine = computed({
    get: () => owner.value === 'me',
    set: (only: boolean) => (owner.value = only ? 'me' : ''),
  })

  const query = computed<ActionItemQuery>(() => ({
    owner_id: mine.value ? session.user?.id : number(owner.value),
    status: words(status.value) || undefined,
    overdue: overdue.value === 'true' || undefined,
    q: q.value || undefined,
    incident_id: number(incident.value),
    sort: 'due_on',
    limit: 50,
  }))
  const narrowed = computed(() => Object.keys(route.query).length > 0)
  const clear = () => router.replace({ query: {} })

  return { mine, status, overdue, q, incident, query, narrowed, clear }
}

/** An address is typed by anybody: what the server does not know is left out, not refused. */
function words(text: string): string {
  return text.split(',').filter((word) => (ACTION_ITEM_STATUSES as readonly string[]).includes(word)).join(',')
}

const number = (text: string) => (/^[1-9]\d*$/.test(text) ? Number(text) : undefined)
