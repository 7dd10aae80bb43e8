import { describe, expect, it } from 'vitest'
import { columns, incident, places } from '@/testing/incidents'
import { append, difference, find, inPlace, put, reconcile } from './boardState'

const NONE = new Set<number>()

describe('putting a card', () => {
  it('fails when it stands in two columns, or the counts are wrong', () => {
    const board = put(columns([incident()]), incident({ status: 'InProgress' }))
    expect(places(board)).toEqual({ InProgress: [1] })
    expect(board.map(({ count }) => count)).toEqual([0, 1, 0, 0, 0, 0])
  })

  it('fails when the worst does not come first, then the newest', () => {
    const there = [
      incident({ id: 1, status: 'InProgress', severity: 'P1', detected_at: '2026-11-23T09:00:00Z' }),
      incident({ id: 2, status: 'InProgress', severity: 'P2', detected_at: '2026-11-23T11:00:00Z' }),
    ]
    const newer = incident({ id: 3, status: 'InProgress', severity: 'P1', detected_at: '2026-11-23T10:00:00Z' })
    expect(places(put(columns(there), newer))).toEqual({ InProgress: [3, 1, 2] })
  })

  it('fails when a card jumps because its severity was changed', () => {
    const board = columns([incident({ id: 1, severity: 'P1' }), incident({ id: 2, severity: 'P2' })])
    expect(places(put(board, incident({ id: 1, severity: 'P4' })))).toEqual({ Pending: [1, 2] })
  })
})

describe('news from the server', () => {
  it('fails when an answer that was late takes a moved card back', () => {
    const moved = put(columns([incident()]), incident({ status: 'InProgress' }))
    expect(places(reconcile(moved, columns([incident()]), new Set([1])))).toEqual({ InProgress: [1] })
  })

  it('fails when an older version replaces a newer one', () => {
    const shown = columns([incident({ status: 'Recovering', version: 5 })])
    expect(places(reconcile(shown, columns([incident({ status: 'InProgress', version: 4 })]), NONE))).toEqual({ Recovering: [1] })
  })

  it('fails when a newer version from somebody else is not shown', () => {
    const shown = columns([incident({ version: 1 })])
    expect(places(reconcile(shown, columns([incident({ status: 'Closed', version: 2 })]), NONE))).toEqual({ Closed: [1] })
  })

  it('fails when cards loaded further down are dropped by a refetch', () => {
    const shown = columns([incident({ id: 1 }), incident({ id: 2 }), incident({ id: 3 })])
    const incoming = columns([incident({ id: 1 }), incident({ id: 2 })]).map((column) =>
      column.status === 'Pending' ? { ...column, count: 3, next_cursor: 'after 2' } : column,
    )
    expect(places(reconcile(shown, incoming, NONE))).toEqual({ Pending: [1, 2, 3] })
  })

  it('fails when a page that overlaps shows a card twice', () => {
    const board = append(columns([incident({ id: 1 })]), 'Pending', [incident({ id: 1 }), incident({ id: 2 })], null)
    expect(places(board)).toEqual({ Pending: [1, 2] })
  })
})

describe('while a hand is on the board', () => {
  const shown = columns([incident({ id: 1 }), incident({ id: 2 })])
  const incoming = columns([incident({ id: 9 }), incident({ id: 1, title: 'renamed', version: 2 }), incident({ id: 2, status: 'Closed', version: 2 })])

  it('fails when a card comes, goes or moves', () => {
    const held = inPlace(shown, incoming)
    expect(places(held)).toEqual({ Pending: [1, 2] })
    expect(find(held, 1)?.title).toBe('renamed')
  })

  it('fails when the number of waiting changes is wrong', () => {
    expect(difference(shown, incoming)).toBe(2)
    expect(difference(shown, shown)).toBe(0)
  })

  it('fails when a card that only joins at the end of a column is held back', () => {
    expect(difference(shown, columns([incident({ id: 1 }), incident({ id: 2 }), incident({ id: 3 })]))).toBe(0)
  })
})
