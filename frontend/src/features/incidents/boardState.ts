import type { BoardColumn, Incident, IncidentStatus } from '@/api/types'

/** Pure changes of the board's columns. None changes what it is given; what stays the same keeps its identity. */

export function find(columns: readonly BoardColumn[], id: number): Incident | undefined {
  for (const { items } of columns) {
    const card = items.find((item) => item.id === id)
    if (card) return card
  }
  return undefined
}

/** The card into the column of its status. Inside its column it keeps its place: nothing jumps. */
export function put(columns: readonly BoardColumn[], card: Incident): BoardColumn[] {
  return columns.map((column) => {
    const at = column.items.findIndex((item) => item.id === card.id)
    if (column.status !== card.status) return at < 0 ? column : without(column, at)
    return at < 0 ? withCard(column, card) : { ...column, items: column.items.with(at, card) }
  })
}

function without(column: BoardColumn, at: number): BoardColumn {
  return { ...column, count: column.count - 1, items: column.items.toSpliced(at, 1) }
}

function withCard(column: BoardColumn, card: Incident): BoardColumn {
  const before = column.items.findIndex((item) => comesFirst(card, item))
  const at = before < 0 ? column.items.length : before
  return { ...column, count: column.count + 1, items: column.items.toSpliced(at, 0, card) }
}

/** The server's order: worst first, then newest. */
function comesFirst(one: Incident, other: Incident): boolean {
  if (one.severity !== other.severity) return one.severity < other.severity
  if (one.detected_at !== other.detected_at) return one.detected_at > other.detected_at
  return one.id > other.id
}

/** More of one column, without what stands on the board already. */
export function append(
  columns: readonly BoardColumn[],
  status: IncidentStatus,
  items: readonly Incident[],
  next_cursor: string | null,
): BoardColumn[] {
  const fresh = items.filter(({ id }) => !find(columns, id))
  return columns.map((column) =>
    column.status === status ? { ...column, next_cursor, items: [...column.items, ...fresh] } : column,
  )
}

/**
 * What the server says now, with what it cannot know yet: cards in `moving` stay where they were put,
 * and a card that is newer here (the answer to a write overtook this one) is kept.
 */
export function reconcile(
  shown: readonly BoardColumn[],
  incoming: readonly BoardColumn[],
  moving: ReadonlySet<number>,
): BoardColumn[] {
  const kept = shown
    .flatMap(({ items }) => items)
    .filter((card) => moving.has(card.id) || card.version > (find(incoming, card.id)?.version ?? card.version))
  return kept.reduce((columns, card) => put(columns, card), incoming.map((column) => withTail(shown, incoming, column)))
}

/** Cards loaded further down than one answer reaches stay loaded. */
function withTail(shown: readonly BoardColumn[], incoming: readonly BoardColumn[], column: BoardColumn): BoardColumn {
  const old = shown.find(({ status }) => status === column.status)
  if (!old || !column.next_cursor || old.items.length <= column.items.length) return column
  const tail = old.items.slice(column.items.length).filter(({ id }) => !find(incoming, id))
  return { ...column, next_cursor: old.next_cursor, items: [...column.items, ...tail] }
}

/** Only what changed inside the cards: no card comes, goes or moves. */
export function inPlace(shown: readonly BoardColumn[], incoming: readonly BoardColumn[]): BoardColumn[] {
  return shown.map((column) => ({
    ...column,
    items: column.items.map((card) => {
      const news = find(incoming, card.id)
      return news && news.status === card.status && news.version >= card.version ? news : card
    }),
  }))
}

/** How many cards would come, go or move among those in view. What only joins at a column's end disturbs nobody. */
export function difference(shown: readonly BoardColumn[], next: readonly BoardColumn[]): number {
  const changed = new Set<number>()
  for (const column of next) {
    const before = shown.find(({ status }) => status === column.status)?.items ?? []
    const [old, fresh] = [ids(before), ids(column.items)]
    const lastKnown = column.items.findLastIndex(({ id }) => old.has(id))
    before.forEach(({ id }) => fresh.has(id) || changed.add(id))
    column.items.forEach(({ id }, at) => old.has(id) || (at > lastKnown && before.length) || changed.add(id))
  }
  return changed.size
}

const ids = (cards: readonly Incident[]) => new Set(cards.map(({ id }) => id))
