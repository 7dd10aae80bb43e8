import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter'
import { onMounted, onScopeDispose, shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import type { Incident, IncidentStatus } from '@/api/types'

/** What is dragged and where it hovers. Kept outside the card, which may be unmounted meanwhile. */
export interface DragState {
  card: ShallowRef<Incident | null>
  over: ShallowRef<IncidentStatus | null>
}

export const DRAG: InjectionKey<DragState> = Symbol('board drag')

export const CARD = 'incident-card'

export function useBoardDrag(find: (id: number) => Incident | undefined, drop: (card: Incident, to: IncidentStatus) => void) {
  const card = shallowRef<Incident | null>(null)
  const over = shallowRef<IncidentStatus | null>(null)

  const statusOf = (targets: { data: Record<string | symbol, unknown> }[]) =>
    (targets[0]?.data.status as IncidentStatus | undefined) ?? null

  function start() {
    return monitorForElements({
      canMonitor: ({ source }) => source.data.type === CARD,
      onDragStart: ({ source }) => (card.value = find(source.data.id as number) ?? null),
      onDropTargetChange: ({ location }) => (over.value = statusOf(location.current.dropTargets)),
      onDrop: ({ location }) => {
        const dropped = card.value
        const to = statusOf(location.current.dropTargets)
        card.value = over.value = null
        if (dropped && to) drop(dropped, to)
      },
    })
  }

  let stop = () => {}
  onMounted(() => (stop = start()))
  onScopeDispose(() => stop())

  return { card, over }
}
