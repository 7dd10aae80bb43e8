import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeAll, describe, expect, it } from 'vitest'
import { i18n, speak } from '@/i18n'
import { incident } from '@/testing/incidents'
import IncidentTimes from './IncidentTimes.vue'

const ENDED = '2026-11-23T11:00:00Z'

/** The value of each row by its name. */
function times(more: Parameters<typeof incident>[0]): Record<string, string> {
  const part = mount(IncidentTimes, {
    props: { incident: incident(more), editable: false, edit: async () => true },
    global: { plugins: [i18n, createPinia()] },
  })
  expect(part.text()).not.toMatch(/NaN|Invalid/)
  return Object.fromEntries(part.findAll('dt').map((name) => [name.text(), name.element.nextElementSibling!.textContent!]))
}

describe('the times of an incident', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('run on while it is open', () => {
    for (const status of ['Pending', 'InProgress', 'Recovering'] as const) {
      expect(Object.keys(times({ status }))).toEqual(['Started', 'Detected', 'Going on for'])
    }
  })

  it('stop once it has recovered, also where nobody knows when it did', () => {
    for (const status of ['Recovered', 'AwaitingPostmortem'] as const) {
      expect(times({ status })).toMatchObject({ Recovered: 'Time unknown' })
      expect(times({ status })).not.toHaveProperty('Going on for')
    }
  })

  it('say which end of a closed incident is unknown', () => {
    expect(times({ status: 'Closed' })).toMatchObject({ Recovered: 'Time unknown', Closed: 'Time unknown' })
    expect(times({ status: 'Closed', recovered_at: ENDED }).Closed).toBe('Time unknown')
    expect(times({ status: 'Closed', recovered_at: ENDED }).Recovered).not.toBe('Time unknown')
    expect(times({ status: 'Closed' })).not.toHaveProperty('Going on for')
  })

  it('ask no recovery of a false alarm', () => {
    expect(times({ status: 'Closed', resolution: 'FalseAlarm', closed_at: ENDED })).not.toHaveProperty('Recovered')
  })
})
