import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, speak } from '@/i18n'
import { allowed } from '@/testing/incidents'
import MoveDialog from './MoveDialog.vue'

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })

async function open() {
  const dialog = mount(MoveDialog, {
    props: { move: allowed('Recovered', 'recover', { takes: ['recovered_at'] }), entity: 'incident', name: 'INC-1', open: true },
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

async function submit(dialog: Awaited<ReturnType<typeof open>>) {
  body().querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
  return dialog.emitted('close')?.at(-1)
}

describe('the dialog for a recovery', () => {
  beforeAll(() => speak('en', { remember: false }))
  afterEach(() => document.body.replaceChildren())

  it('fails when the clock of this browser, which may be slow, is sent without having been asked', async () => {
    const dialog = await open()
    expect(body().textContent).toContain('Now')
    expect(await submit(dialog)).toEqual([{}])
    await press('At another time')
    expect(time()!.value).not.toBe('')
    expect(await submit(dialog)).toEqual([{}])
  })

  it('fails when a time that was written is not sent, or one that was emptied is', async () => {
    const dialog = await open()
    await press('At another time')
    await write('2026-11-23T10:05')
    expect(await submit(dialog)).toEqual([{ recovered_at: new Date('2026-11-23T10:05').toISOString() }])
    await write('')
    expect(await submit(dialog)).toEqual([{}])
  })
})
