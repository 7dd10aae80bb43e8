import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import * as postmortems from '@/api/postmortems'
import { ApiProblem } from '@/api/problem'
import type { AllowedMove, MoveInput, Postmortem, PostmortemStatus } from '@/api/types'
import { useDialogs } from '@/composables/useDialogs'
import { useNotify } from '@/composables/useNotify'
import { statusName } from '@/i18n/explain'
import { usePostmortemCache } from './usePostmortem'

const UNSAVED = new Error('the draft could not be saved')

interface Draft {
  latest: { value: Postmortem }
  flush: () => Promise<boolean>
  receive: (postmortem: Postmortem) => void
}

/** What is moved is what was written: nothing goes to review before all of it is saved. */
export function usePostmortemMoves(draft: Draft) {
  const { t } = useI18n()
  const dialogs = useDialogs()
  const notify = useNotify()
  const cache = usePostmortemCache()
  const busy = ref(false)

  async function move(chosen: AllowedMove) {
    const { incident, id } = draft.latest.value
    const subject = { entity: 'postmortem', name: `INC-${incident.id} ${incident.title}` } as const
    if (busy.value) return
    try {
      const moved = await dialogs.forMove(chosen, subject, (input) => send(chosen.to as PostmortemStatus, input))
      if (!moved) return
      draft.receive(moved)
      cache.put(moved)
      cache.moved(moved)
      notify.success(t('postmortems.moved', { status: statusName('postmortem', moved.status) }))
    } catch (error) {
      if (error === UNSAVED) return notify.refusedBecause(t('postmortems.not_saved_yet'))
      notify.refused(error, 'postmortem')
      if (error instanceof ApiProblem && error.isLostRace) void cache.refetch(id)
    }
  }

  async function send(to: PostmortemStatus, input: MoveInput): Promise<Postmortem> {
    busy.value = true
    try {
      if (!(await draft.flush())) throw UNSAVED
      return await postmortems.transition(draft.latest.value, to, input)
    } finally {
      busy.value = false
    }
  }

  return { busy, move }
}
