import type { BoardColumn, Incident } from '@/api/types'

const STEPS: Record<string, [columns: number, rows: number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  k: [0, -1],
  j: [0, 1],
}

interface Hands {
  columns: () => readonly BoardColumn[]
  focus: (card: Incident) => void
  menu: (card: Incident, anchor: HTMLElement) => void
}

/** Arrows (and j, k) go from card to card, m moves one. Enter needs no help: a card is a link. */
export function useBoardKeys({ columns, focus, menu }: Hands) {
  return function onKeydown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const box = (event.target as HTMLElement).closest<HTMLElement>('[data-card]')
    const at = box && place(Number(box.dataset.card))
    if (!box || !at) return
    const step = STEPS[event.key]
    if (step) go(at, step)
    else if (event.key === 'm') menu(at.card, box.querySelector('button')!)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  function place(id: number) {
    for (const [column, { items }] of columns().entries()) {
      const row = items.findIndex((item) => item.id === id)
      if (row >= 0) return { column, row, card: items[row]! }
    }
    return null
  }

  function go(from: { column: number; row: number }, [columnStep, rowStep]: [number, number]) {
    if (rowStep) {
      const card = columns()[from.column]?.items[from.row + rowStep]
      return card && focus(card)
    }
    // The next column that has cards, at the same height.
    for (let column = from.column + columnStep; columns()[column]; column += columnStep) {
      const { items } = columns()[column]!
      const card = items[Math.min(from.row, items.length - 1)]
      if (card) return focus(card)
    }
  }
}
