import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import * as incidents from '@/api/incidents'
import { ApiProblem } from '@/api/problem'
import type { AllowedMove, Incident, IncidentStatus, MoveInput } from '@/api/types'
import { moveMerging } from '@/composables/merging'
import { useAnnouncer } from '@/composables/useAnnouncer'
import { useDialogs } from '@/composables/useDialogs'
import { whyNot } from '@/composables/useMoveTargets'
import { useNotify } from '@/composables/useNotify'
import { statusName } from '@/i18n/explain'
import type { Board } from './useBoard'

const FLASH_MS = 2400

/** Moving a card: shown at once, taken back when the server refuses or somebody was quicker. */
export function useBoardMoves(board: Pick<Board, 'put' | 'find' | 'moving' | 'refetch'>) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const dialogs = useDialogs()
  const notify = useNotify()
  const { announce } = useAnnouncer()
  /** The card that just went back. */
  const refused = ref<number | null>(null)

  /** To a column: the way there that is open, or word of why there is none. */
  async function moveTo(card: Incident, to: IncidentStatus) {
    if (card.status === to) return
    const reason = whyNot('incident', card, to)
    if (reason) return refuse(card, reason)
    await perform(card, card.allowed_moves.find((move) => move.to === to && !move.blocked)!)
  }

  async function perform(card: Incident, move: AllowedMove) {
    const subject = { entity: 'incident', name: `INC-${card.id} ${card.title}` } as const
    try {
      const moved = await dialogs.forMove(move, subject, (input) => send(card, move.to as IncidentStatus, input))
      if (moved) accept(moved)
      else announce(t('board.put_back', { id: card.id, status: statusName('incident', card.status) }))
    } catch (error) {
      flash(card.id)
      notify.refused(error, 'incident')
      if (error instanceof ApiProblem && error.isLostRace) lookAgain(card.id)
    }
  }

  async function send(card: Incident, to: IncidentStatus, input: MoveInput): Promise<Incident> {
    board.moving.add(card.id)
    board.put({ ...card, status: to, allowed_moves: [] })
    try {
      return await moveMerging(card, () => incidents.get(card.id), (row) => incidents.transition(row, to, input))
    } catch (error) {
      if (board.find(card.id)?.version === card.version) board.put(card)
      if (error instanceof ApiProblem && error.isUnsure) void lookAgain(card.id)
      throw error
    } finally {
      board.moving.delete(card.id)
    }
  }

  function accept(fresh: Incident) {
    board.put(fresh)
    queries.setQueryData(['incidents', fresh.id], fresh)
    void queries.invalidateQueries({ queryKey: ['incidents', fresh.id, 'timeline'] })
    announce(t('board.moved', { id: fresh.id, status: statusName('incident', fresh.status) }))
  }

  /** The one card as the server has it now, without moving the rest of the board. */
  async function lookAgain(id: number) {
    const fresh = await incidents.get(id).catch(() => null)
    if (fresh) board.put(fresh)
  }

  function refuse(card: Incident, reason: string) {
    flash(card.id)
    notify.refusedBecause(reason)
  }

  function flash(id: number) {
    refused.value = id
    setTimeout(() => refused.value === id && (refused.value = null), FLASH_MS)
  }

  return { moveTo, perform, refuse, refused }
}
