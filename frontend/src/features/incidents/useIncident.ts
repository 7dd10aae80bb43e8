import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, toValue, type MaybeRefOrGetter } from 'vue'
import { useI18n } from 'vue-i18n'
import * as incidents from '@/api/incidents'
import type { IncidentPatch } from '@/api/incidents'
import * as postmortems from '@/api/postmortems'
import type { AllowedMove, Incident, IncidentStatus, MoveInput } from '@/api/types'
import { moveMerging, patchMerging } from '@/composables/merging'
import { LIVE } from '@/composables/queries'
import { useDialogs } from '@/composables/useDialogs'
import { useNotify } from '@/composables/useNotify'
import { statusName } from '@/i18n/explain'

export const editMerging = (before: Incident, patch: IncidentPatch): Promise<Incident> =>
  patchMerging(before, patch, () => incidents.get(before.id), incidents.edit, (incident, field) =>
    field === 'assignee_id' ? incident.assignee?.id : incident[field as keyof Incident],
  )

/** One incident: what it is, and what can be done with it. A refused change is taken back and told. */
export function useIncident(id: MaybeRefOrGetter<number>) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const dialogs = useDialogs()
  const notify = useNotify()
  const busy = ref(false)

  const key = computed(() => ['incidents', toValue(id)])
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => incidents.get(toValue(id), signal), ...LIVE })
  const incident = computed(() => query.data.value ?? null)

  function put(fresh: Incident) {
    queries.setQueryData<Incident>(['incidents', fresh.id], fresh)
  }

  /** Everything that tells of this incident elsewhere. */
  function spread() {
    void queries.invalidateQueries({ queryKey: ['incidents', toValue(id)], refetchType: 'active' })
    void queries.invalidateQueries({ queryKey: ['incidents', 'board'], refetchType: 'none' })
  }

  /** Shows `guess` until the server has answered, and what was there before if it refuses. */
  async function write(before: Incident, guess: Partial<Incident>, ask: () => Promise<Incident>): Promise<Incident> {
    await queries.cancelQueries({ queryKey: key.value, exact: true })
    busy.value = true
    put({ ...before, ...guess })
    try {
      const fresh = await ask()
      put(fresh)
      return fresh
    } catch (error) {
      if (incident.value?.version === before.version) put(before)
      throw error
    } finally {
      busy.value = false
      spread()
    }
  }

  /** `shown` is how the change looks before the server has answered. Whether it was kept. */
  async function edit(patch: IncidentPatch, shown: Partial<Incident> = patch as Partial<Incident>): Promise<boolean> {
    const before = incident.value
    return before !== null && Boolean(await write(before, shown, () => editMerging(before, patch)).catch(tell))
  }

  async function move(chosen: AllowedMove) {
    const before = incident.value
    if (!before) return
    const to = chosen.to as IncidentStatus
    const subject = { entity: 'incident', name: `INC-${before.id} ${before.title}` } as const
    const moved = await dialogs
      .forMove(chosen, subject, (input) => write(before, { status: to, allowed_moves: [] }, () => send(before, to, input)))
      .catch(tell)
    if (moved) notify.success(t('board.moved', { id: before.id, status: statusName('incident', to) }))
  }

  const send = (before: Incident, to: IncidentStatus, input: MoveInput) =>
    moveMerging(before, () => incidents.get(before.id), (row) => incidents.transition(row, to, input))

  const tell = (error: unknown) => notify.refused(error, 'incident')

  /** A postmortem for it; its id, or null when that was refused. */
  async function writePostmortem(): Promise<number | null> {
    busy.value = true
    try {
      return (await postmortems.create(toValue(id))).id
    } catch (error) {
      notify.refused(error)
      return null
    } finally {
      busy.value = false
      spread()
    }
  }

  return { incident, busy, error: query.error, isLoading: query.isPending, refetch: query.refetch, edit, move, writePostmortem }
}
