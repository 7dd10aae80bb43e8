import { computed, ref, type Ref } from 'vue'
import { INCIDENT_STATUSES, type IncidentStatus } from '@/api/types'

/** On a phone one column fills the view: which one, and the way to another. */
export function useColumnSwipe(scroller: Ref<HTMLElement | null>) {
  const index = ref(0)
  const boxes = () => [...(scroller.value?.querySelectorAll<HTMLElement>('[data-column]') ?? [])]

  function onScroll() {
    const view = scroller.value
    if (!view) return
    const middle = view.scrollLeft + view.clientWidth / 2
    const at = boxes().findIndex((box) => box.offsetLeft + box.offsetWidth > middle)
    if (at >= 0) index.value = at
  }

  function go(status: IncidentStatus, behavior: ScrollBehavior = 'smooth') {
    const box = boxes().find(({ dataset }) => dataset.column === status)
    box?.scrollIntoView({ behavior, inline: 'center', block: 'nearest' })
  }

  return { current: computed(() => INCIDENT_STATUSES[index.value] ?? 'Pending'), onScroll, go }
}
