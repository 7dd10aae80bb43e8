import { QueryClient } from '@tanstack/vue-query'
import { describe, expect, it } from 'vitest'
import type { Alert } from '@/api/types'
import { alertCache, compare, keys, rowsOf, type AlertPages } from './alertCache'

const alert = (id: number, over: Partial<Alert> = {}) =>
  ({ id, version: 1, status: 'Pending', last_fired_at: `2026-11-23T10:00:${String(id).padStart(2, '0')}Z`, ...over }) as Alert
const page = (items: Alert[], next_cursor: string | null = null) => ({ items, next_cursor })

describe('a newer first page', () => {
  const rows = [alert(30), alert(20), alert(10)]

  it('fails when new alerts are shown at once, or not told', () => {
    const { unseen, known } = compare(rows, page([alert(40), alert(30), alert(20), alert(10)]), false)
    expect(unseen.map(({ id }) => id)).toEqual([40])
    expect(known.map(({ id }) => id)).toEqual([30, 20, 10])
  })

  it('fails when rows of the next page are called new because one above them left', () => {
    const head = page([alert(40), alert(30), alert(10), alert(5)], 'more')
    expect(compare([alert(30), alert(10)], head, true).unseen.map(({ id }) => id)).toEqual([40])
    expect(compare([alert(30), alert(10)], head, false).unseen.map(({ id }) => id)).toEqual([40, 5])
  })

  it('fails when an answer that was under way undoes a move', () => {
    const { known } = compare([alert(30, { version: 3 })], page([alert(30, { version: 2 })]), false)
    expect(known).toEqual([])
  })

  it('fails when rows below the page are taken for moved away', () => {
    expect(compare(rows, page([alert(30), alert(20)], 'more'), true).gone).toEqual([])
    expect(compare(rows, page([alert(30), alert(10)], null), true).gone.map(({ id }) => id)).toEqual([20])
    expect(compare(rows, page([]), false).gone).toHaveLength(3)
  })
})

describe('the lists', () => {
  it('fails when a row that fires again between two pages stands twice', () => {
    expect(rowsOf([page([alert(3), alert(2)]), page([alert(2), alert(1)])]).map(({ id }) => id)).toEqual([3, 2, 1])
  })

  it('fails when a changed row moves, or a row that left stays', () => {
    const client = new QueryClient()
    const key = [...keys.list, 'x']
    client.setQueryData<AlertPages>(key, { pages: [page([alert(3), alert(2)]), page([alert(1)])], pageParams: [null, 'c'] })
    const cache = alertCache(client)
    cache.put([alert(2, { status: 'Acknowledged' }), alert(99)])
    cache.drop(new Set([3]))
    const rows = rowsOf(client.getQueryData<AlertPages>(key)!.pages)
    expect(rows.map(({ id, status }) => [id, status])).toEqual([[2, 'Acknowledged'], [1, 'Pending']])
    expect(client.getQueryData(keys.one(2)), 'no detail is made up').toBeUndefined()
  })
})
