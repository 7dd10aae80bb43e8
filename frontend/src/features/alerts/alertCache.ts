import type { InfiniteData, QueryClient } from '@tanstack/vue-query'
import type { Alert, Page } from '@/api/types'

export type AlertPages = InfiniteData<Page<Alert>, string | null>

export const keys = {
  list: ['alerts', 'list'] as const,
  head: ['alerts', 'head'] as const,
  one: (id: number) => ['alerts', 'one', id] as const,
  counts: ['alerts', 'counts'] as const,
}

/** Writes what is known about alerts into every list and detail that shows them; no row changes its place. */
export function alertCache(client: QueryClient) {
  const inPages = (change: (page: Page<Alert>) => Page<Alert>) =>
    client.setQueriesData<AlertPages>(
      { queryKey: keys.list },
      (data) => data && { ...data, pages: data.pages.map(change) },
    )

  function write(alerts: readonly Alert[], inPlaceOf: (known: Alert, alert: Alert) => boolean) {
    const byId = new Map(alerts.map((alert) => [alert.id, alert]))
    const chosen = (known: Alert) => {
      const alert = byId.get(known.id)
      return alert && inPlaceOf(known, alert) ? alert : known
    }
    inPages((page) => ({ ...page, items: page.items.map(chosen) }))
    for (const { id } of alerts) client.setQueryData<Alert>(keys.one(id), (known) => known && chosen(known))
  }

  return {
    put: (fresh: readonly Alert[]) => write(fresh, () => true),
    /** Takes a guess back, unless news has come meanwhile: a guess keeps the version that was seen. */
    putBack: (before: readonly Alert[]) => write(before, (known, alert) => known.version === alert.version),
    drop(ids: ReadonlySet<number>) {
      inPages((page) => ({ ...page, items: page.items.filter(({ id }) => !ids.has(id)) }))
    },
  }
}

/** Cursor pages of a list in motion can hold a row twice. */
export function rowsOf(pages: readonly Page<Alert>[]): Alert[] {
  return [...new Map(pages.flatMap(({ items }) => items).map((alert) => [alert.id, alert])).values()]
}

/** Positive when `one` stands above `other`: last fired first. */
const height = (one: Alert, other: Alert) =>
  Date.parse(one.last_fired_at) - Date.parse(other.last_fired_at) || one.id - other.id

const lowest = (rows: readonly Alert[]) => rows.reduce((low, row) => (height(row, low) < 0 ? row : low))

/** What the newest first page says about the rows on the screen; `hasMore`: older ones are not loaded. */
export function compare(rows: readonly Alert[], head: Page<Alert>, hasMore: boolean) {
  const shown = new Set(rows.map(({ id }) => id))
  const inHead = new Map(head.items.map((alert) => [alert.id, alert]))
  const endOfRows = hasMore && rows.length ? lowest(rows) : null
  const endOfHead = head.next_cursor ? head.items.at(-1)! : null
  return {
    /** Not on the screen yet; told, not shown. What only moved up from the pages below is not new. */
    unseen: head.items.filter((alert) => !shown.has(alert.id) && (!endOfRows || height(alert, endOfRows) > 0)),
    /** On the screen, and not older than what is there. */
    known: rows.flatMap((row) => {
      const fresh = inHead.get(row.id)
      return fresh && fresh.version >= row.version ? [fresh] : []
    }),
    /** Should be in the page, and are not: somebody else has moved them. */
    gone: rows.filter((row) => !inHead.has(row.id) && (!endOfHead || height(row, endOfHead) > 0)),
  }
}
