import { describe, expect, it } from 'vitest'
import { bodyOf, changesOf, newDraft, rebased } from './draft'
import { daysBetween } from './due'
import { swapped } from './useActionItemMoves'
import type { ActionItem } from '@/api/types'

const li = { id: 3, username: 'lina', display_name: 'Li Na', is_active: true }
const chen = { id: 5, username: 'chenjie', display_name: 'Chen Jie', is_active: true }

describe('the draft of an action item', () => {
  it('fails when an edit writes over what was not touched', () => {
    const base = { ...newDraft(), title: 'Alert earlier', owner: li }
    expect(changesOf({ ...base, due_on: '2026-12-01' }, base)).toEqual({ due_on: '2026-12-01' })
    expect(changesOf({ ...base, owner: null }, base)).toEqual({ owner_id: null })
    expect(changesOf({ ...base, owner: { ...li } }, base)).toEqual({})
  })

  it('fails when an emptied date is sent as text', () => {
    expect(bodyOf({ ...newDraft(), title: ' a ', due_on: '' })).toMatchObject({ title: 'a', due_on: null })
  })

  it('fails when somebody else’s change costs me mine, or mine costs them theirs', () => {
    const base = { ...newDraft(), title: 'Alert earlier', owner: li }
    const mine = { ...base, title: 'Alert an hour earlier' }
    const theirs = { ...base, owner: chen, priority: 'High' as const }
    expect(rebased(mine, base, theirs)).toMatchObject({ title: 'Alert an hour earlier', owner: chen, priority: 'High' })
  })
})

describe('the days that are left', () => {
  it('fails when a change of month or summer time moves a due date', () => {
    expect(daysBetween('2026-11-23', '2026-12-01')).toBe(8)
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
    expect(daysBetween('2026-11-23', '2026-11-20')).toBe(-3)
  })
})

describe('a row exchanged in what the queries hold', () => {
  const item = (id: number, status: string) => ({ id, status }) as ActionItem

  it('fails when a page, pages or a single row keep the old one', () => {
    const page = { items: [item(1, 'Open'), item(2, 'Open')], next_cursor: null }
    const changed = { items: [item(1, 'Open'), item(2, 'Done')], next_cursor: null }
    expect(swapped(page, item(2, 'Done'))).toEqual(changed)
    expect(swapped({ pages: [page], pageParams: [undefined] }, item(2, 'Done'))).toEqual({ pages: [changed], pageParams: [undefined] })
    expect(swapped(item(2, 'Open'), item(2, 'Done'))).toEqual(item(2, 'Done'))
    expect(swapped(undefined, item(2, 'Done'))).toBeUndefined()
  })
})
