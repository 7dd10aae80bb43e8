import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { Alert, Incident } from '@/api/types'
import { useDialogs } from '@/composables/useDialogs'
import { useNotify } from '@/composables/useNotify'
import { keys } from './alertCache'
import { moveNamed } from './useAlertMoves'

/** The API links this many at once. */
const MOST = 200

/** One incident out of those alerts that can be linked, and on to its page. */
export function useDeclareFrom() {
  const { t } = useI18n()
  const router = useRouter()
  const client = useQueryClient()
  const dialogs = useDialogs()
  const notify = useNotify()

  return async function declareFrom(chosen: readonly Alert[]) {
    const alerts = chosen.filter((alert) => moveNamed(alert, 'link'))
    if (alerts.length > MOST) return notify.refusedBecause(t('alerts.too_many', { n: MOST }))
    const incident = await dialogs.ask<Incident>(() => import('./CreateIncidentDialog.vue'), { alerts })
    if (!incident) return
    for (const queryKey of [keys.counts, ['incidents']]) void client.invalidateQueries({ queryKey })
    await router.push({ name: 'incident', params: { id: incident.id } })
  }
}
