import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import * as alerts from '@/api/alerts'
import { ApiProblem } from '@/api/problem'
import type { Alert, AlertStatus, AllowedMove, MoveInput } from '@/api/types'
import { moveMerging } from '@/composables/merging'
import { refusalsOf } from '@/composables/refusals'
import { useAnnouncer } from '@/composables/useAnnouncer'
import { useDialogs } from '@/composables/useDialogs'
import { useNotify } from '@/composables/useNotify'
import { statusName } from '@/i18n/explain'
import { alertCache, keys } from './alertCache'

/** In the order in which they are offered for a selection. */
export const BULK_ACTIONS = ['acknowledge', 'link', 'ignore', 'resolve', 'restore'] as const
export type BulkAction = (typeof BULK_ACTIONS)[number]

/** The open move of that name. By name, not by target: to acknowledge a linked alert would unlink it. */
export const moveNamed = (alert: Alert, action: string): AllowedMove | undefined =>
  alert.allowed_moves.find((move) => move.action === action && !move.blocked)

interface Surroundings {
  /** Whether an alert with this status still belongs to what is shown. */
  belongs: (alert: { status: AlertStatus }) => boolean
  renew: () => Promise<void>
}

/** Moving one alert or many: shown at once, taken back when refused. */
export function useAlertMoves({ belongs, renew }: Surroundings) {
  const { t } = useI18n()
  const client = useQueryClient()
  const cache = alertCache(client)
  const dialogs = useDialogs()
  const notify = useNotify()
  const { announce } = useAnnouncer()

  async function move(alert: Alert, { to, ...rest }: AllowedMove): Promise<void> {
    const status = to as AlertStatus
    const send = (input: MoveInput) =>
      shownAtOnce([alert], status, () =>
        moveMerging(alert, () => alerts.get(alert.id), (row) => alerts.transition(row, status, input)),
      )
    try {
      const moved = await dialogs.forMove({ to, ...rest }, { entity: 'alert', name: alert.title }, send)
      if (!moved) return
      cache.put([moved])
      tell([moved])
    } catch (error) {
      notify.refused(error, 'alert')
      if (error instanceof ApiProblem && error.isLostRace) await look(alert.id)
    }
  }

  /** Those of `chosen` that the action is open for. Answers with the ids it was refused for. */
  async function moveMany(chosen: readonly Alert[], action: BulkAction): Promise<Alert[] | null> {
    const able = chosen.filter((alert) => moveNamed(alert, action))
    const first = able[0] && moveNamed(able[0], action)
    if (!first) return null
    const name = able.length === 1 ? able[0]!.title : t('alerts.how_many', { n: able.length })
    const status = first.to as AlertStatus
    const ids = able.map(({ id }) => id)
    const send = (input: MoveInput) =>
      shownAtOnce(able, status, () => alerts.bulk({ to: status, ids, ...input }))
    try {
      const answer = await dialogs.forMove(first, { entity: 'alert', name }, send)
      if (!answer) return null
      const { results } = answer
      const refusals = refusalsOf('alert', able, results)
      const isRefused = ({ id }: Alert) => refusals.some((refusal) => refusal.id === id)
      const refused = able.filter(isRefused)
      const done = able.filter((alert) => !isRefused(alert))
      cache.putBack(refused)
      tell(done.map((alert) => ({ ...alert, status })))
      await renew().catch(() => undefined)
      if (refusals.length) {
        const description = done.length ? t('alerts.others_done', { n: done.length }) : t('alerts.none_done')
        void dialogs.ask(() => import('@/components/RefusalsDialog.vue'), { description, refusals })
      }
      return refused
    } catch (error) {
      notify.refused(error, 'alert')
      return able
    }
  }

  async function shownAtOnce<T>(moved: readonly Alert[], status: AlertStatus, ask: () => Promise<T>): Promise<T> {
    await stopAsking()
    cache.put(moved.map((alert) => ({ ...alert, status })))
    try {
      return await ask()
    } catch (error) {
      cache.putBack(moved)
      if (error instanceof ApiProblem && error.isUnsure) void renew().catch(() => undefined)
      throw error
    } finally {
      askAgain()
    }
  }

  /** What no longer belongs leaves the list, and a toast says where it went. */
  function tell(moved: Alert[]) {
    if (!moved.length) return
    const status = statusName('alert', moved[0]!.status)
    const name = moved.length === 1 ? moved[0]!.title : t('alerts.how_many', { n: moved.length })
    const leaving = moved.filter((alert) => !belongs(alert))
    cache.drop(new Set(leaving.map(({ id }) => id)))
    if (leaving.length || moved.length > 1) notify.success(status, name)
    else void announce(`${status}: ${name}`)
  }

  async function look(id: number) {
    await alerts.get(id).then((latest) => cache.put([latest]), () => undefined)
  }

  /** An answer that is under way knows nothing of the move yet. */
  const stopAsking = () => client.cancelQueries({ queryKey: keys.head })

  function askAgain() {
    for (const queryKey of [keys.head, keys.counts, ['incidents']]) void client.invalidateQueries({ queryKey })
  }

  return { move, moveMany }
}
