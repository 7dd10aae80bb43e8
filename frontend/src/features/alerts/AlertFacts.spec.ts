import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeAll, describe, expect, it } from 'vitest'
import { i18n, speak } from '@/i18n'
import { alert } from '@/testing/alerts'
import AlertFacts from './AlertFacts.vue'

const show = (more: Parameters<typeof alert>[0]) =>
  mount(AlertFacts, { props: { alert: alert(more) }, global: { plugins: [i18n, createPinia()] } }).text()

describe('the facts of an alert', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('say that the time of a recovery is unknown', () => {
    const text = show({ status: 'Resolved', resolved_at: null })
    expect(text).toMatch(/Resolved\s*Time unknown/)
    expect(text).not.toMatch(/NaN|Invalid|null/)
  })

  it('say it of nothing that still fires, and of no known time', () => {
    expect(show({ status: 'Pending', resolved_at: null })).not.toContain('Time unknown')
    expect(show({ status: 'Resolved', resolved_at: '2026-11-23T11:00:00Z' })).not.toContain('Time unknown')
  })
})
