import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeAll, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, speak } from '@/i18n'
import { incident } from '@/testing/incidents'
import IncidentCard from './IncidentCard.vue'

const ROUTES = [{ path: '/', component: {} }, { path: '/incidents/:id', name: 'incident', component: {} }]
const show = (more: Parameters<typeof incident>[0]) =>
  mount(IncidentCard, {
    props: { card: incident(more), lifted: false, refused: false, pending: false },
    global: { plugins: [i18n, createPinia(), createRouter({ history: createMemoryHistory(), routes: ROUTES })] },
  })

describe('the card of an incident', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('counts from the detection while the incident is open', () => {
    const card = show({ status: 'InProgress' })
    expect(card.get('time').attributes('datetime')).toBe('2026-11-23T10:00:00Z')
    expect(card.text()).not.toContain('Time unknown')
  })

  it('runs no clock where the end is unknown', () => {
    for (const status of ['Recovered', 'AwaitingPostmortem', 'Closed'] as const) {
      const card = show({ status })
      expect(card.find('time').exists(), status).toBe(false)
      expect(card.text()).toContain('Time unknown')
    }
  })

  it('shows when it was closed, recovered or not', () => {
    const closed_at = '2026-11-23T12:00:00Z'
    expect(show({ status: 'Closed', closed_at }).get('time').attributes('datetime')).toBe(closed_at)
    expect(show({ status: 'Closed', closed_at, resolution: 'FalseAlarm' }).text()).not.toContain('Time unknown')
  })

  it('marks a test of the old system beside the title', () => {
    const title = (more: Parameters<typeof incident>[0]) => show(more).get('a').text()
    expect(title({ legacy_id: '7', legacy: { table: 'incidents', test: true } })).toBe('TestMySQL is out of connections')
    expect(title({})).toBe('MySQL is out of connections')
  })
})
