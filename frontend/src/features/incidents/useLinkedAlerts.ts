import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useI18n } from 'vue-i18n'
import * as alerts from '@/api/alerts'
import * as incidents from '@/api/incidents'
import type { Alert } from '@/api/types'
import { LIVE } from '@/composables/queries'
import { refusalsOf } from '@/composables/refusals'
import { useDialogs } from '@/composables/useDialogs'
import { useNotify } from '@/composables/useNotify'

/** As many unfold on the page of an incident; beyond that the list of alerts takes over. */
const MOST = 100

/** The alerts that tell of one incident; more can be linked, and wrong ones let go. */
export function useLinkedAlerts(id: MaybeRefOrGetter<number>) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const dialogs = useDialogs()
  const notify = useNotify()
  const query = useQuery({
    queryKey: computed(() => ['incidents', toValue(id), 'alerts']),
    queryFn: ({ signal }) => incidents.alerts(toValue(id), { limit: MOST }, signal),
    ...LIVE,
  })

  function spread() {
    void queries.invalidateQueries({ queryKey: ['incidents', toValue(id)] })
    void queries.invalidateQueries({ queryKey: ['alerts'] })
  }

  async function unlink(alert: Alert) {
    const move = alert.allowed_moves.find(({ action }) => action === 'unlink')
    if (!move) return
    if (move.blocked) return notify.refused(move.blocked, 'alert')
    try {
      await alerts.transition(alert, 'Acknowledged')
      notify.success(t('incident.unlinked'), alert.title)
    } catch (error) {
      notify.refused(error, 'alert')
    } finally {
      spread()
    }
  }

  async function link() {
    const chosen = await dialogs.ask<Pick<Alert, 'id' | 'title'>[]>(() => import('./LinkAlertsDialog.vue'), {})
    if (!chosen?.length) return
    try {
      const { results } = await alerts.bulk({ to: 'Linked', incident_id: toValue(id), ids: chosen.map((alert) => alert.id) })
      const refusals = refusalsOf('alert', chosen, results)
      const n = results.length - refusals.length
      if (refusals.length) {
        const description = n ? t('incident.linked', { n }) : t('alerts.none_done')
        void dialogs.ask(() => import('@/components/RefusalsDialog.vue'), { description, refusals })
      } else notify.success(t('incident.linked', { n }))
    } catch (error) {
      notify.refused(error, 'alert')
    } finally {
      spread()
    }
  }

  return {
    alerts: computed(() => query.data.value?.items ?? []),
    isLoading: query.isPending,
    error: query.error,
    refetch: () => query.refetch(),
    link,
    unlink,
  }
}
