import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import * as alerts from '@/api/alerts'
import * as incidents from '@/api/incidents'
import { i18n, speak } from '@/i18n'
import { useLinkedAlerts } from './useLinkedAlerts'

const said = { success: vi.fn(), refused: vi.fn() }
const dialogs = { ask: vi.fn() }
vi.mock('@/composables/useNotify', () => ({ useNotify: () => said }))
vi.mock('@/composables/useDialogs', () => ({ useDialogs: () => dialogs }))
vi.mock('@/api/alerts')
vi.mock('@/api/incidents')

const CHOSEN = [{ id: 1, title: 'disk' }, { id: 2, title: 'CPU' }, { id: 3, title: 'memory' }]
const problem = (code: string) => ({ status: 409, code, title: '', detail: code, type: '' })

async function start() {
  vi.mocked(incidents.alerts).mockResolvedValue({ items: [], next_cursor: null })
  let linked!: ReturnType<typeof useLinkedAlerts>
  const Probe = defineComponent(() => {
    linked = useLinkedAlerts(7)
    return () => h('i')
  })
  mount(Probe, { global: { plugins: [i18n, [VueQueryPlugin, { queryClient: new QueryClient() }]] } })
  await flushPromises()
  return linked
}

beforeEach(() => speak('en', { remember: false }))

describe('linking many alerts', () => {
  it('fails when one refusal hides another, or what was linked all the same', async () => {
    dialogs.ask.mockResolvedValueOnce(CHOSEN)
    vi.mocked(alerts.bulk).mockResolvedValue({ results: [{ id: 1, problem: problem('one') }, { id: 2, status: 'Linked' }, { id: 3, problem: problem('other') }] })
    await (await start()).link()
    expect(alerts.bulk).toHaveBeenCalledWith({ to: 'Linked', incident_id: 7, ids: [1, 2, 3] })
    expect(dialogs.ask.mock.lastCall![1]).toEqual({
      description: 'Alerts linked: 1',
      refusals: [{ id: 1, title: 'disk', reason: 'one' }, { id: 3, title: 'memory', reason: 'other' }],
    })
  })

  it('fails when full success is not told, or asks for anything more', async () => {
    dialogs.ask.mockResolvedValueOnce(CHOSEN.slice(0, 1))
    vi.mocked(alerts.bulk).mockResolvedValue({ results: [{ id: 1, status: 'Linked' }] })
    await (await start()).link()
    expect(said.success).toHaveBeenCalledWith('Alerts linked: 1')
    expect(dialogs.ask).toHaveBeenCalledTimes(1)
  })
})
