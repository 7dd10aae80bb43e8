import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { i18n, speak } from '@/i18n'
import { allowed, incident } from '@/testing/incidents'
import MoveMenu from './MoveMenu.vue'

const row = incident({
  status: 'Recovered',
  allowed_moves: [
    allowed('InProgress', 'relapse', { needs: ['note'] }),
    allowed('Closed', 'close', { blocked: { code: 'postmortem_required', detail: '', params: { severity: 'P1' } } }),
  ],
})

async function open(shown = row) {
  const anchor = document.body.appendChild(document.createElement('button'))
  const menu = mount(MoveMenu, {
    props: { entity: 'incident', row: shown, anchor, open: true },
    global: { plugins: [i18n] },
    attachTo: document.body,
  })
  await flushPromises()
  return { menu, anchor }
}

const items = () => [...document.querySelectorAll<HTMLElement>('[role=menuitem]')]
const item = (name: string) => items().find(({ textContent }) => textContent?.includes(name))!

describe('the move menu', () => {
  beforeAll(() => speak('zh-CN', { remember: false }))
  afterEach(() => document.body.replaceChildren())

  it('fails when a word that somebody types moves a card', async () => {
    const { menu } = await open()
    const content = document.querySelector('[role=menu]')!
    content.dispatchEvent(new KeyboardEvent('keydown', { key: 'y', bubbles: true, cancelable: true }))
    await flushPromises()
    expect(menu.emitted('update:open')).toEqual([[false]])
    expect(menu.emitted('choose')).toBeUndefined()
  })

  it('fails when the open way does not come first', async () => {
    await open()
    expect(items().map((one) => [one.textContent?.slice(0, 3), one.getAttribute('aria-disabled') ?? 'false'])).toEqual([
      ['处理中', 'false'],
      ['待确认', 'true'],
      ['恢复中', 'true'],
      ['待复盘', 'true'],
      ['已关闭', 'true'],
    ])
  })

  it('fails when a blocked target does not give the server’s reason', async () => {
    await open()
    expect(item('已关闭').textContent).toContain('P1 故障必须复盘后才能关闭。')
    expect(item('恢复中').textContent).toContain('「已恢复」不能直接流转到「恢复中」。')
  })

  it('fails when the way back stands before the way onward', async () => {
    const allowed_moves = [allowed('InProgress', 'setback', { needs: ['note'] }), allowed('Recovered', 'recover')]
    await open({ ...row, status: 'Recovering', allowed_moves })
    expect(items().slice(0, 2).map((one) => one.textContent?.slice(0, 3))).toEqual(['已恢复', '处理中'])
  })

  it('fails when choosing an open target says nothing', async () => {
    const { menu } = await open()
    item('处理中').click()
    await flushPromises()
    expect(menu.emitted('choose')).toEqual([[row.allowed_moves[0]]])
  })

  it('fails when a blocked target can be chosen, or closes the menu', async () => {
    const { menu } = await open()
    item('已关闭').click()
    await flushPromises()
    expect(menu.emitted('choose')).toBeUndefined()
    expect(menu.emitted('refused')).toEqual([['P1 故障必须复盘后才能关闭。']])
    expect(menu.emitted('update:open')).toBeUndefined()
  })
})
