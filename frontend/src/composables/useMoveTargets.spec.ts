import { mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import type { AllowedMove, Entity } from '@/api/types'
import { i18n, speak } from '@/i18n'
import { useMoveTargets, whyNot, type Target } from './useMoveTargets'

const move = (to: string, action: string, code?: string): AllowedMove => ({
  to,
  action,
  needs: [],
  takes: [],
  blocked: code ? { code, detail: '', params: {} } : null,
})

function targets(entity: Entity, row: { status: string; allowed_moves: AllowedMove[] }): Target[] {
  let found: Target[] = []
  const Probe = defineComponent(() => {
    found = useMoveTargets(entity, row).value
    return () => h('i')
  })
  mount(Probe, { global: { plugins: [i18n] } })
  return found
}

describe('the targets of a move', () => {
  beforeAll(() => speak('zh-CN', { remember: false }))

  it('fails when a target that cannot be reached is left out or open', () => {
    const found = targets('incident', { status: 'Pending', allowed_moves: [move('InProgress', 'confirm'), move('Closed', 'dismiss')] })
    expect(found.map(({ to, reason }) => [to, reason === null])).toEqual([
      ['InProgress', true],
      ['Closed', true],
      ['Recovering', false],
      ['Recovered', false],
      ['AwaitingPostmortem', false],
    ])
    expect(found[2]!.reason).toBe('「待确认」不能直接流转到「恢复中」。')
  })

  it('fails when a refused drop does not say what would be legal', () => {
    const row = { status: 'Pending', allowed_moves: [move('InProgress', 'confirm'), move('Closed', 'dismiss')] }
    expect(whyNot('incident', row, 'Recovering')).toBe('「待确认」不能直接流转到「恢复中」，可以流转到处理中或已关闭。')
  })

  it('fails when the two ways to close are taken for one', () => {
    const waiting = {
      status: 'AwaitingPostmortem',
      allowed_moves: [move('Closed', 'close', 'postmortem_not_published'), move('Closed', 'waive')],
    }
    const closing = targets('incident', waiting).filter(({ to }) => to === 'Closed')
    expect(closing.map(({ action, reason }) => [action, reason])).toEqual([
      ['豁免复盘', null],
      ['关闭故障', '复盘发布后才能关闭，或者写明原因豁免复盘。'],
    ])
    expect(whyNot('incident', waiting, 'Closed')).toBeNull()
  })
})
