import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { ApiProblem } from '@/api/problem'
import type { Attempt } from '@/composables/useDialogs'
import { i18n, speak } from '@/i18n'
import { allowed } from '@/testing/incidents'
import MoveDialog from './MoveDialog.vue'

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })

const attempt = vi.fn<Attempt<unknown>>()

async function open(move = allowed('Recovered', 'recover', { takes: ['recovered_at'] })) {
  const dialog = mount(MoveDialog, {
    props: { move, entity: 'incident', name: 'INC-1', attempt, open: true },
    global: { plugins: [i18n, createPinia(), router] },
    attachTo: document.body,
  })
  await flushPromises()
  return dialog
}

const body = () => document.querySelector('[role=dialog]')!
const time = () => body().querySelector<HTMLInputElement>('input[type=datetime-local]')

async function press(name: string) {
  ;[...body().querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === name)!.click()
  await flushPromises()
}

async function write(wall: string) {
  time()!.value = wall
  time()!.dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
}

/** What was sent. */
async function submit() {
  body().querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
  return attempt.mock.lastCall?.[0]
}

describe('the dialog for a recovery', () => {
  beforeAll(() => speak('en', { remember: false }))
  beforeEach(() => void attempt.mockReset().mockResolvedValue({ done: {} }))
  afterEach(() => document.body.replaceChildren())

  it('fails when the clock of this browser, which may be slow, is sent without having been asked', async () => {
    await open()
    expect(body().textContent).toContain('Now')
    expect(await submit()).toEqual({})
    await press('At another time')
    expect(time()!.value).not.toBe('')
    expect(await submit()).toEqual({})
  })

  it('fails when a time that was written is not sent, or one that was emptied is', async () => {
    await open()
    await press('At another time')
    await write('2026-11-23T10:05')
    expect(await submit()).toEqual({ recovered_at: new Date('2026-11-23T10:05').toISOString() })
    await write('')
    expect(await submit()).toEqual({})
  })

  it('fails when a time that is refused closes the dialog, or says nothing at its field', async () => {
    const problem = new ApiProblem({
      status: 422,
      code: 'invalid',
      params: { reason: 'in_future' },
      errors: [{ field: 'recovered_at', message: 'Lies in the future.' }],
    })
    attempt.mockResolvedValueOnce({ problem })
    const dialog = await open()
    await submit()
    expect(dialog.emitted('close')).toBeUndefined()
    expect(body().textContent).toContain('in the future')
    await submit()
    expect(dialog.emitted('close')).toEqual([[{ done: {} }]])
    expect(body().textContent).not.toContain('in the future')
  })
})

describe('the dialog for a note', () => {
  beforeAll(() => speak('en', { remember: false }))
  beforeEach(() => void attempt.mockReset())
  afterEach(() => document.body.replaceChildren())

  it('fails when a line that broke takes the note with it', async () => {
    attempt.mockResolvedValue({ problem: new ApiProblem({ status: 0, code: 'network' }) })
    const dialog = await open(allowed('Closed', 'dismiss', { needs: ['note'] }))
    const note = () => body().querySelector('textarea')!
    note().value = 'a test run'
    note().dispatchEvent(new Event('input', { bubbles: true }))
    expect(await submit()).toEqual({ note: 'a test run' })
    expect(dialog.emitted('close')).toBeUndefined()
    expect(note().value).toBe('a test run')
    expect(body().querySelector('[role=alert]')?.textContent).toBeTruthy()
    attempt.mockResolvedValue({ problem: new ApiProblem({ status: 0, code: 'outcome_unknown' }) })
    await submit()
    expect(body().querySelector('[role=alert]')?.textContent).toContain('not done twice')
  })

  it('fails when Escape answers only after it has faded, by when a failure would be taken for one that was shown', async () => {
    const dialog = await open(allowed('Closed', 'dismiss'))
    body().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    await flushPromises()
    expect(dialog.emitted('close')).toHaveLength(1)
  })
})
