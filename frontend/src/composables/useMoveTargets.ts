import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useI18n } from 'vue-i18n'
import { STATUSES, type AllowedMove, type Entity } from '@/api/types'
import { explain, explainIllegal, statusName } from '@/i18n/explain'

export interface Target {
  key: string
  to: string
  name: string
  /** What the move is called; empty where there is none. */
  action: string
  move: AllowedMove | null
  /** Why not, in the user's language; null when the way is open. */
  reason: string | null
}

interface Movable {
  status: string
  allowed_moves: AllowedMove[]
}

/** All targets, the open ones first and of these the ways onward; then what is blocked, with the server's reason, or not reachable from here. */
export function useMoveTargets(entity: MaybeRefOrGetter<Entity>, row: MaybeRefOrGetter<Movable | null>) {
  // Read, so that the sentences change with the language.
  const { locale, t } = useI18n()

  return computed<Target[]>(() => {
    const moved = toValue(row)
    if (!moved || !locale.value) return []
    const kind = toValue(entity)
    const at = STATUSES[kind].indexOf(moved.status)
    const back = STATUSES[kind].slice(0, at).flatMap((to) => targetsFor(kind, moved, to))
    const onward = STATUSES[kind].slice(at + 1).flatMap((to) => targetsFor(kind, moved, to))
    const isOpen = ({ reason }: Target) => !reason
    return [...onward.filter(isOpen), ...back.filter(isOpen), ...[...back, ...onward].filter((target) => !isOpen(target))]
  })

  function targetsFor(kind: Entity, moved: Movable, to: string): Target[] {
    const name = statusName(kind, to)
    const moves = moved.allowed_moves.filter((move) => move.to === to)
    if (!moves.length) return [{ key: to, to, name, action: '', move: null, reason: explainIllegal(kind, moved.status, to) }]
    return moves.map((move) => ({
      key: `${to}-${move.action}`,
      to,
      name,
      action: t(`enums.action.${kind}.${move.action}`),
      move,
      reason: move.blocked && explain(move.blocked, kind),
    }))
  }
}

/** Null when the way to `to` is open; else why not, and what would be. */
export function whyNot(entity: Entity, row: Movable, to: string): string | null {
  const moves = row.allowed_moves.filter((move) => move.to === to)
  if (moves.some((move) => !move.blocked)) return null
  const reason = moves[0]?.blocked
  if (reason) return explain(reason, entity)
  const open = row.allowed_moves.filter((move) => !move.blocked).map((move) => move.to)
  return explainIllegal(entity, row.status, to, [...new Set(open)])
}
