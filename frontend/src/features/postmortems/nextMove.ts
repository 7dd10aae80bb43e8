import type { AllowedMove } from '@/api/types'

const FORWARD = ['submit', 'approve', 'publish']

/** The one step that leads on; blocked, where only the text itself is not ready. Null: it is for somebody else. */
export function nextMove(moves: readonly AllowedMove[]): AllowedMove | null {
  const next = moves.find(({ action }) => FORWARD.includes(action))
  const mine = next && (!next.blocked || next.blocked.code === 'postmortem_incomplete')
  return mine ? next : null
}
