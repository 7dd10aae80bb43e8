import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeAll, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Postmortem, UserRef } from '@/api/types'
import UserPicker from '@/components/UserPicker.vue'
import { i18n, speak } from '@/i18n'
import DocumentHead from './DocumentHead.vue'
import PeopleCard from './PeopleCard.vue'
import PostmortemRow from './PostmortemRow.vue'

const ROUTES = [{ path: '/', component: {} }, { path: '/incidents/:id', name: 'incident', component: {} }, { path: '/postmortems/:id', name: 'postmortem', component: {} }]
const WANG: UserRef = { id: 3, username: 'wang', display_name: '王芳', is_active: true }
const LI: UserRef = { id: 4, username: 'li', display_name: '李雷', is_active: true }

const plugins = () => [i18n, createPinia(), VueQueryPlugin, createRouter({ history: createMemoryHistory(), routes: ROUTES })]
const postmortem = (author: UserRef | null) =>
  ({
    id: 5, status: 'Draft', revision: 1, author, reviewers: [], missing: [], editable: false, allowed_moves: [],
    incident: { id: 7, title: '支付失败', severity: 'P1', status: 'AwaitingPostmortem' },
    updated_at: '2026-11-23T10:00:00Z', published_at: null,
  }) as unknown as Postmortem
const row = (author: UserRef | null) =>
  mount(PostmortemRow, { props: { postmortem: postmortem(author) }, global: { plugins: plugins() } })
const head = (author: UserRef | null) =>
  mount(DocumentHead, { props: { postmortem: postmortem(author) }, global: { plugins: plugins() } })
const people = (author: UserRef | null, editable = false) =>
  mount(PeopleCard, { props: { author, editable, modelValue: [LI] }, global: { plugins: plugins() } })

describe('a postmortem without an author', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('says so in the list, in its head and in the people card', () => {
    for (const part of [row(null), head(null), people(null)]) {
      expect(part.text()).toContain('No author yet')
      expect(part.text()).not.toMatch(/undefined|null|is writing/)
    }
  })

  it('tells who becomes its author', () => {
    expect(people(null).text()).toContain('Whoever edits it first becomes its author.')
    expect(people(WANG).text()).not.toContain('becomes its author')
  })

  it('offers everybody but the chosen ones as reviewers', () => {
    expect(people(null, true).getComponent(UserPicker).props('except')).toEqual([4])
    expect(people(WANG, true).getComponent(UserPicker).props('except')).toEqual([3, 4])
  })

  it('is named after its author once there is one', () => {
    expect(row(WANG).text()).toContain('王芳')
    expect(head(WANG).text()).toContain('王芳 is writing it')
    expect(people(WANG).text()).toContain('王芳')
    expect(row(WANG).text()).not.toContain('No author yet')
  })
})
