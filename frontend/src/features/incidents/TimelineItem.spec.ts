import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TimelineEntry } from '@/api/types'
import { i18n, speak } from '@/i18n'
import TimelineItem from './TimelineItem.vue'

const entry = (more: Partial<TimelineEntry>): TimelineEntry => ({
  id: 1,
  incident_id: 7,
  kind: 'note',
  actor: null,
  actor_name: '王工',
  data: {},
  text: '',
  occurred_at: '2021-03-07T02:00:00Z',
  created_at: '2026-11-23T10:00:00Z',
  ...more,
})
const show = (more: Partial<TimelineEntry>) =>
  mount(TimelineItem, { props: { entry: entry(more), last: true }, global: { plugins: [i18n, createPinia()] } }).text()

describe('an entry of the timeline', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('names the author of an imported note as the old system did', () => {
    const text = show({ text: '重启了主库' })
    expect(text).toContain('王工')
    expect(text).toContain('重启了主库')
  })

  it('calls only notes that somebody wrote here added later', () => {
    const actor = { id: 3, username: 'wang', display_name: '王芳', is_active: true }
    expect(show({ text: 'late' })).not.toContain('added later')
    expect(show({ kind: 'imported', data: { table: 'incidents' } })).not.toContain('added later')
    expect(show({ text: 'late', actor })).toContain('added later')
  })

  it('tells where an imported incident comes from', () => {
    const text = show({ kind: 'imported', actor_name: 'Closeloop', data: { table: 'incidents', legacy_id: 'GZ20210307-001' } })
    expect(text).toContain('Closeloop')
    expect(text).toContain('Imported from the old system: incidents, number GZ20210307-001')
  })
})
