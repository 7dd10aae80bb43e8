import type { AllowedMove, Incident } from '@/api/types'

/** The page's one filled button: a move, or the postmortem that stands before the next move. */
export type NextStep =
  | { kind: 'move'; move: AllowedMove }
  | { kind: 'write-postmortem' }
  | { kind: 'open-postmortem'; id: number }

/** Forward along the flow; which of these are open, the server says. */
const FORWARD = ['confirm', 'mitigate', 'recover', 'close', 'await_postmortem']

export function nextStep(incident: Incident, mayWrite: boolean): NextStep | null {
  const { status, postmortem } = incident
  const open = incident.allowed_moves.filter(({ blocked }) => !blocked)
  const forward = FORWARD.flatMap((action) => open.filter((move) => move.action === action))[0]
  const isBehindUs = status === 'Recovered' || status === 'AwaitingPostmortem'
  if (isBehindUs && forward?.action !== 'close') {
    if (postmortem) return { kind: 'open-postmortem', id: postmortem.id }
    if (mayWrite && (incident.postmortem_required || !forward)) return { kind: 'write-postmortem' }
  }
  return forward ? { kind: 'move', move: forward } : null
}
