import { defaultRangeExtractor, useVirtualizer } from '@tanstack/vue-virtual'
import { computed, nextTick, type ComponentPublicInstance, type Ref } from 'vue'
import type { Incident } from '@/api/types'

/** A card with a one-line title. */
const USUAL_HEIGHT = 102

/** The cards of one column that are in view, and the one that is dragged: the browser loses a drag whose element is gone. */
export function useCardList(list: Ref<HTMLElement | null>, cards: () => Incident[], dragged: () => Incident | null) {
  const virtualizer = useVirtualizer(
    computed(() => ({
      count: cards().length,
      getScrollElement: () => list.value,
      estimateSize: () => USUAL_HEIGHT,
      getItemKey: (index: number) => cards()[index]?.id ?? index,
      overscan: 6,
      rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) => {
        const indexes = defaultRangeExtractor(range)
        const kept = cards().findIndex(({ id }) => id === dragged()?.id)
        return kept < 0 || indexes.includes(kept) ? indexes : [...indexes, kept].sort((a, b) => a - b)
      },
    })),
  )

  const rows = computed(() =>
    virtualizer.value.getVirtualItems().flatMap(({ index, start }) => {
      const card = cards()[index]
      return card ? [{ card, index, top: start }] : []
    }),
  )

  function measure(element: Element | ComponentPublicInstance | null) {
    if (element instanceof HTMLElement) virtualizer.value.measureElement(element)
  }

  /** Scroll to the card and give it the focus. */
  async function reveal(id: number) {
    const index = cards().findIndex((card) => card.id === id)
    if (index < 0) return
    virtualizer.value.scrollToIndex(index, { align: 'auto' })
    for (let tries = 0; tries < 10; tries++) {
      await nextTick()
      const link = list.value?.querySelector<HTMLElement>(`[data-card="${id}"] a`)
      if (link) return link.focus({ preventScroll: true })
      await new Promise(requestAnimationFrame)
    }
  }

  return { rows, height: computed(() => virtualizer.value.getTotalSize()), measure, reveal }
}
