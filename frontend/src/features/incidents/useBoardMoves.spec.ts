import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, reactive, shallowRef } from 'vue'
import * as incidents from '@/api/incidents'
import { ApiProblem } from '@/api/problem'
import type { BoardColumn, Incident, MoveInput } from '@/api/types'
import { notices } from '@/composables/useNotify'
import { i18n, speak } from '@/i18n'
import { allowed, columns, incident, places } from '@/testing/incidents'
import * as state from './boardState'
import { useBoardMoves } from './useBoardMoves'

vi.mock('@/api/incidents')
type Send = (input: MoveInput) => Promise<unknown>
const answer = vi.hoisted(() => ({ input: {} as MoveInput | null }))
vi.mock('@/composables/useDialogs', () => ({ useDialogs: () => ({ forMove: async (_move: unknown, _subject: unknown, send: Send) => answer.input && send(answer.input) }) }))

const card = incident({ allowed_moves: [allowed('InProgress', 'confirm'), allowed('Closed', 'dismiss', { needs: ['note'] })] })
const board = shallowRef<BoardColumn[]>([])
const moving = reactive(new Set<number>())
const put = (changed: Incident) => (board.value = state.put(board.value, changed))

function useMoves() {
  let moves!: ReturnType<typeof useBoardMoves>
  const Probe = defineComponent(() => {
    moves = useBoardMoves({ put, moving, find: (id) => state.find(board.value, id), refetch: vi.fn() })
    return () => h('i')
  })
  mount(Probe, { global: { plugins: [i18n, createPinia(), [VueQueryPlugin, { queryClient: new QueryClient() }]] } })
  return moves
}

describe('moving a card', () => {
  beforeAll(() => speak('zh-CN', { remember: false }))
  beforeEach(() => {
    board.value = columns([card])
    notices.value = []
    answer.input = {}
  })

  it('fails when it waits for the server before it moves', async () => {
    let finish!: (moved: Incident) => void
    vi.mocked(incidents.transition).mockReturnValue(new Promise((resolve) => (finish = resolve)))
    const done = useMoves().moveTo(card, 'InProgress')
    await flushPromises()
    expect(places(board.value)).toEqual({ InProgress: [1] })
    expect([...moving]).toEqual([1])
    finish(incident({ status: 'InProgress', version: 2 }))
    await done
    expect(state.find(board.value, 1)?.version).toBe(2)
    expect([...moving]).toEqual([])
  })

  it('fails when a refused card does not go back and say why', async () => {
    const refusal = new ApiProblem({ status: 409, code: 'move_refused', params: { source: 'InProgress', to: 'InProgress' }, allowed: ['Recovering'] })
    vi.mocked(incidents.transition).mockRejectedValue(refusal)
    vi.mocked(incidents.get).mockResolvedValue(incident({ status: 'InProgress', version: 2 }))
    const moves = useMoves()
    await moves.moveTo(card, 'InProgress')
    expect(moves.refused.value).toBe(1)
    expect(notices.value[0]?.description).toContain('可以流转到恢复中')
    await flushPromises()
    expect(places(board.value), 'what somebody else made of it').toEqual({ InProgress: [1] })
  })

  it('fails when a dead connection leaves it in the wrong column', async () => {
    vi.mocked(incidents.transition).mockRejectedValue(new ApiProblem({ status: 0, code: 'network' }))
    await useMoves().moveTo(card, 'InProgress')
    expect(places(board.value)).toEqual({ Pending: [1] })
    expect(state.find(board.value, 1)).toBe(card)
  })

  it('fails when a colleague who edited the title stops a move, or one who moved the card does not', async () => {
    const stale = new ApiProblem({ status: 412, code: 'stale' })
    vi.mocked(incidents.get).mockResolvedValue(incident({ title: 'theirs', version: 2 }))
    vi.mocked(incidents.transition).mockRejectedValueOnce(stale).mockResolvedValueOnce(incident({ status: 'InProgress', version: 3 }))
    await useMoves().moveTo(card, 'InProgress')
    expect(places(board.value)).toEqual({ InProgress: [1] })
    expect(notices.value).toEqual([])

    board.value = columns([card])
    vi.mocked(incidents.get).mockResolvedValue(incident({ status: 'Closed', version: 2 }))
    vi.mocked(incidents.transition).mockRejectedValueOnce(stale)
    await useMoves().moveTo(card, 'InProgress')
    await flushPromises()
    expect(places(board.value)).toEqual({ Closed: [1] })
  })

  it('fails when a card whose answer got lost stays where it may no longer be', async () => {
    vi.mocked(incidents.transition).mockRejectedValue(new ApiProblem({ status: 0, code: 'outcome_unknown' }))
    vi.mocked(incidents.get).mockResolvedValue(incident({ status: 'InProgress', version: 2 }))
    await useMoves().moveTo(card, 'InProgress')
    await flushPromises()
    expect(places(board.value)).toEqual({ InProgress: [1] })
  })

  it('fails when taking back overwrites news that came meanwhile', async () => {
    vi.mocked(incidents.transition).mockImplementation(async () => {
      put(incident({ status: 'Closed', version: 7 }))
      throw new ApiProblem({ status: 412, code: 'stale' })
    })
    vi.mocked(incidents.get).mockRejectedValue(new ApiProblem({ status: 0, code: 'network' }))
    await useMoves().moveTo(card, 'InProgress')
    expect(places(board.value)).toEqual({ Closed: [1] })
  })

  it('fails when an illegal target is asked of the server', async () => {
    await useMoves().moveTo(card, 'Recovered')
    expect(incidents.transition).not.toHaveBeenCalled()
    expect(places(board.value)).toEqual({ Pending: [1] })
    expect(notices.value[0]?.description).toBe('「待确认」不能直接流转到「已恢复」，可以流转到处理中或已关闭。')
  })

  it('fails when a dialog that was closed still moves the card', async () => {
    answer.input = null
    await useMoves().moveTo(card, 'Closed')
    expect(incidents.transition).not.toHaveBeenCalled()
    expect(places(board.value)).toEqual({ Pending: [1] })
  })
})
