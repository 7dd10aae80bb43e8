import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import * as api from '@/api/alerts'
import { ApiProblem } from '@/api/problem'
import type { Alert, AlertStatus } from '@/api/types'
import { i18n, speak } from '@/i18n'
import { keys, rowsOf, type AlertPages } from './alertCache'
import { useAlertMoves } from './useAlertMoves'

const said = { success: vi.fn(), refused: vi.fn() }
const dialogs = { forMove: vi.fn(), ask: vi.fn() }
vi.mock('@/composables/useNotify', () => ({ useNotify: () => said }))
vi.mock('@/composables/useDialogs', () => ({ useDialogs: () => dialogs }))
vi.mock('@/api/alerts')

const LIST = [...keys.list, {}]
const move = (to: string, action: string) => ({ to, action, needs: [], takes: [], blocked: null })
const MOVES: Record<string, ReturnType<typeof move>[]> = {
  Pending: [move('Acknowledged', 'acknowledge'), move('Ignored', 'ignore')],
  Acknowledged: [move('Pending', 'unacknowledge'), move('Ignored', 'ignore')],
  Linked: [move('Acknowledged', 'unlink')],
  Ignored: [move('Pending', 'restore')],
}
const alert = (id: number, status: AlertStatus = 'Pending') =>
  ({ id, status, title: `alert ${id}`, version: 1, allowed_moves: MOVES[status] ?? [] }) as unknown as Alert
const refusal = { status: 409, code: 'move_refused', title: '', detail: '', type: '', params: { source: 'Resolved', to: 'Acknowledged' } }

let client: QueryClient
const shown = () => rowsOf(client.getQueryData<AlertPages>(LIST)!.pages).map(({ id, status }) => [id, status])

function start(rows: Alert[]) {
  client = new QueryClient()
  client.setQueryData<AlertPages>(LIST, { pages: [{ items: rows, next_cursor: null }], pageParams: [null] })
  let moves!: ReturnType<typeof useAlertMoves>
  const Probe = defineComponent(() => {
    moves = useAlertMoves({ belongs: ({ status }) => status === 'Pending' || status === 'Acknowledged', renew: async () => {} })
    return () => h('i')
  })
  mount(Probe, { global: { plugins: [i18n, [VueQueryPlugin, { queryClient: client }]] } })
  return moves
}

beforeEach(async () => {
  await speak('en', { remember: false })
  dialogs.forMove.mockImplementation((_move, _subject, send) => send({}))
})

describe('moving one alert', () => {
  it('fails when the row waits for the server, or leaves before it has said yes', async () => {
    const row = alert(1)
    const { move: go } = start([row])
    let answer!: (moved: Alert) => void
    vi.mocked(api.transition).mockReturnValue(new Promise((resolve) => (answer = resolve)))
    const done = go(row, move('Ignored', 'ignore'))
    await flushPromises()
    expect(shown()).toEqual([[1, 'Ignored']])
    answer({ ...alert(1, 'Ignored'), version: 2 })
    await done
    expect(shown()).toEqual([])
    expect(said.success).toHaveBeenCalledWith('Ignored', 'alert 1')
  })

  it('fails when a refusal leaves the row where it is not', async () => {
    const row = alert(1)
    const { move: go } = start([row])
    vi.mocked(api.transition).mockRejectedValue(new ApiProblem(refusal))
    vi.mocked(api.get).mockResolvedValue({ ...alert(1, 'Resolved'), version: 2 })
    await go(row, move('Acknowledged', 'acknowledge'))
    expect(said.refused).toHaveBeenCalled()
    expect(shown(), 'what the server has after a lost race').toEqual([[1, 'Resolved']])
  })

  it('fails when taking back overwrites news that came meanwhile', async () => {
    const row = alert(1)
    const { move: go, moveMany } = start([row])
    const news = () => client.setQueryData<AlertPages>(LIST, { pages: [{ items: [{ ...alert(1, 'Resolved'), version: 2 }], next_cursor: null }], pageParams: [null] })
    const lost = new ApiProblem({ status: 0, code: 'network' })
    vi.mocked(api.transition).mockImplementation(async () => (news(), Promise.reject(lost)))
    await go(row, move('Acknowledged', 'acknowledge'))
    expect(shown()).toEqual([[1, 'Resolved']])
    vi.mocked(api.bulk).mockImplementation(async () => (news(), Promise.reject(lost)))
    await moveMany([row], 'acknowledge')
    expect(shown()).toEqual([[1, 'Resolved']])
  })

  it('fails when a cancelled dialog moves anything', async () => {
    const row = alert(1)
    const { move: go } = start([row])
    dialogs.forMove.mockResolvedValue(null)
    await go(row, move('Ignored', 'ignore'))
    expect(api.transition).not.toHaveBeenCalled()
    expect(shown()).toEqual([[1, 'Pending']])
  })
})

describe('moving many', () => {
  it('fails when acknowledging unlinks a linked alert, or restoring takes back an acknowledgement', async () => {
    const rows = [alert(1), alert(2, 'Linked'), alert(3, 'Acknowledged'), alert(4, 'Ignored')]
    const { moveMany } = start(rows)
    vi.mocked(api.bulk).mockResolvedValue({ results: [] })
    await moveMany(rows, 'acknowledge')
    expect(api.bulk).toHaveBeenLastCalledWith({ to: 'Acknowledged', ids: [1] })
    await moveMany(rows, 'restore')
    expect(api.bulk).toHaveBeenLastCalledWith({ to: 'Pending', ids: [4] })
  })

  it('fails when a refused one looks moved, or its reason is not told', async () => {
    const rows = [alert(1), alert(2)]
    const { moveMany } = start(rows)
    vi.mocked(api.bulk).mockResolvedValue({ results: [{ id: 1, status: 'Ignored' }, { id: 2, problem: refusal }] })
    const refused = await moveMany(rows, 'ignore')
    expect(refused?.map(({ id }) => id)).toEqual([2])
    expect(shown()).toEqual([[2, 'Pending']])
    const [, told] = dialogs.ask.mock.lastCall!
    expect(told).toMatchObject({ description: expect.stringContaining('Done: 1.'), refusals: [{ id: 2, title: 'alert 2', reason: expect.stringContaining('“Resolved” cannot go') }] })
  })

  it('fails when nothing was answered and the rows look moved', async () => {
    const rows = [alert(1), alert(2)]
    const { moveMany } = start(rows)
    vi.mocked(api.bulk).mockRejectedValue(new ApiProblem({ status: 0, code: 'network' }))
    await moveMany(rows, 'acknowledge')
    expect(shown()).toEqual([[1, 'Pending'], [2, 'Pending']])
    expect(said.refused).toHaveBeenCalled()
  })
})
