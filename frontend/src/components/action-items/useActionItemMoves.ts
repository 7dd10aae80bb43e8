import { useQueryClient } from '@tanstack/vue-query'
import * as actionItems from '@/api/actionItems'
import type { ActionItem, ActionItemStatus, AllowedMove, MoveInput } from '@/api/types'
import { moveMerging } from '@/composables/merging'
import { useDialogs } from '@/composables/useDialogs'
import { useNotify } from '@/composables/useNotify'

/** Moves action items wherever they are shown: at once, with a way back. */
export function useActionItemMoves() {
  const queries = useQueryClient()
  const dialogs = useDialogs()
  const notify = useNotify()

  const put = (item: ActionItem) => queries.setQueriesData({ queryKey: ['action-items'] }, (data) => swapped(data, item))

  /** After any write: the lists, and the incident's timeline, which tells of it. */
  function refetch(item: ActionItem) {
    void queries.invalidateQueries({ queryKey: ['action-items'] })
    void queries.invalidateQueries({ queryKey: ['incidents', item.incident.id] })
  }

  async function choose(item: ActionItem, move: AllowedMove) {
    const to = move.to as ActionItemStatus
    const subject = { entity: 'action_item', name: item.title } as const
    await dialogs.forMove(move, subject, (input) => send(item, to, input)).catch((error) => notify.refused(error, 'action_item'))
  }

  async function send(item: ActionItem, to: ActionItemStatus, input: MoveInput): Promise<ActionItem> {
    put({ ...item, status: to, overdue: false, allowed_moves: [] })
    try {
      const moved = await moveMerging(item, () => actionItems.get(item.id), (row) => actionItems.transition(row, to, input))
      put(moved)
      return moved
    } catch (error) {
      put(item)
      throw error
    } finally {
      refetch(item)
    }
  }

  return { choose, put, refetch }
}

/** The row exchanged in whatever a query holds: one item, a page, or pages. */
export function swapped(data: unknown, item: ActionItem): unknown {
  if (typeof data !== 'object' || data === null) return data
  if ('pages' in data) return { ...data, pages: (data.pages as unknown[]).map((page) => swapped(page, item)) }
  if ('items' in data) return { ...data, items: (data.items as ActionItem[]).map((row) => (row.id === item.id ? item : row)) }
  return 'id' in data && data.id === item.id ? item : data
}
