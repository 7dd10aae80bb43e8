import { beforeEach, describe, expect, it } from 'vitest'
import type { TimelineEntry } from '@/api/types'
import { speak } from '@/i18n'
import { timelineSentence } from './timelineSentence'

const say = (kind: string, data: Record<string, unknown> = {}) =>
  timelineSentence({ kind, data } as TimelineEntry, (instant) => instant.slice(11, 16))

describe('a timeline entry', () => {
  beforeEach(() => speak('zh-CN', { remember: false }))

  it('fails when a move is not told in the words of the board', () => {
    expect(say('moved', { from: 'Pending', to: 'InProgress', action: 'confirm' })).toBe('待确认 → 处理中')
  })

  it('fails when the time of recovery, or that it did not hold, is lost', () => {
    const at = '2026-11-23T10:42:00Z'
    expect(say('moved', { from: 'Recovering', to: 'Recovered', action: 'recover', recovered_at: at })).toBe('恢复中 → 已恢复，恢复时间 10:42')
    expect(say('moved', { from: 'Recovered', to: 'InProgress', action: 'relapse', previous_recovered_at: at })).toBe('已恢复 → 处理中，此前的恢复时间 10:42 作废')
  })

  it('fails when two changed fields are told as one, or a list as code', () => {
    expect(say('edited', { fields: { severity: { from: 'P2', to: 'P1' }, services: { from: [], to: ['cdn', 'api'] } } })).toBe('级别：P2 → P1；影响服务：无 → cdn, api')
  })

  it('fails when taking somebody off reads like an assignment', () => {
    expect(say('assigned', { from: '李娜', to: null })).toBe('取消了指派')
  })

  it('fails when postmortem and action item borrow the incident’s statuses', () => {
    expect(say('postmortem_moved', { from: 'Draft', to: 'InReview', postmortem_id: 1, revision: 1 })).toBe('复盘：草稿 → 审核中')
    expect(say('action_item_moved', { from: 'InProgress', to: 'Done', title: '加告警', action_item_id: 2 })).toBe('改进措施「加告警」：进行中 → 已完成')
  })

  it('tells the old table and number of an imported incident', async () => {
    const data = { table: 'incidents', legacy_id: 'GZ20210307-001' }
    expect(say('imported', data)).toBe('从旧系统导入：incidents 表，编号 GZ20210307-001')
    expect(say('imported', { ...data, legacy_id: null })).toBe('从旧系统导入：incidents 表')
    await speak('en', { remember: false })
    expect(say('imported', data)).toBe('Imported from the old system: incidents, number GZ20210307-001')
    expect(say('imported', { table: 'incidents' })).toBe('Imported from the old system: incidents')
  })

  it('fails when it is not told in English too', async () => {
    await speak('en', { remember: false })
    expect(say('created', { from_alerts: 1 })).toBe('opened the incident from an alert')
    expect(say('created', { from_alerts: 3 })).toBe('opened the incident from 3 alerts')
  })

  it('fails when a kind that is not known yet breaks the page', () => {
    expect(say('emergency_called', { level: 1 })).toBe('更新了故障')
  })
})
