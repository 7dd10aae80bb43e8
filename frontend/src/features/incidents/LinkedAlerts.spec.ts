import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import * as incidents from '@/api/incidents'
import type { Alert } from '@/api/types'
import { i18n, speak } from '@/i18n'
import { routes } from '@/router/routes'
import { incident } from '@/testing/incidents'
import LinkedAlerts from './LinkedAlerts.vue'

vi.mock('@/api/incidents')

async function show({ count, loaded }: { count: number; loaded: number }) {
  const items = Array.from({ length: loaded }, (_, id) => ({ id, title: `alert ${id}`, level: 'Error', legacy: null, last_fired_at: '2026-11-23T10:00:00Z' }))
  vi.mocked(incidents.alerts).mockResolvedValue({ items: items as unknown as Alert[], next_cursor: null })
  const list = mount(LinkedAlerts, {
    props: { incident: incident({ id: 7, alert_count: count }) },
    global: { plugins: [i18n, createPinia(), VueQueryPlugin, createRouter({ history: createMemoryHistory(), routes })] },
  })
  await flushPromises()
  return list
}

describe('the alerts of an incident', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('fails when more are linked than were loaded, and the rest cannot be reached or is not counted', async () => {
    const list = await show({ count: 140, loaded: 100 })
    expect(list.get('h2').text()).toContain('140')
    const rest = list.findAll('a').at(-1)!
    expect([rest.text(), rest.attributes('href')]).toEqual(['Show all 140', '/alerts?incident_id=7'])
  })

  it('fails when a few more do not unfold in place', async () => {
    const list = await show({ count: 8, loaded: 8 })
    expect(list.findAll('li')).toHaveLength(5)
    await list.findAll('button').find((button) => button.text() === 'Show all 8')!.trigger('click')
    expect(list.findAll('li')).toHaveLength(8)
    expect(list.text()).not.toContain('Show all')
  })
})
