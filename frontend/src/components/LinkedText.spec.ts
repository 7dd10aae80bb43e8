import { mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { i18n, speak } from '@/i18n'
import LinkedText from './LinkedText.vue'

function show(text: string, onClick = () => {}, onEnter = () => {}) {
  const Row = defineComponent({
    components: { LinkedText },
    setup: () => ({ text, onClick, onEnter }),
    template: '<p @click.prevent="onClick" @keydown.enter="onEnter"><LinkedText :text="text" /></p>',
  })
  return mount(Row, { global: { plugins: [i18n] } })
}

describe('text with links', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('fails when a link is none, or gives the page to the one that it opens', () => {
    const link = show('处理手册：https://wiki.example/db。').get('a')
    expect(link.text()).toBe('https://wiki.example/db')
    expect(link.attributes()).toMatchObject({ href: 'https://wiki.example/db', target: '_blank', rel: 'noopener noreferrer' })
  })

  it('fails when the text changes by a single space or line', () => {
    const text = '  一行\n\n见https://a.example/x，和 (https://a.example/y_(z))\n  end '
    expect(show(text).element.textContent).toBe(text)
  })

  it('fails when HTML is more than text, or a script is a link', () => {
    const text = '<img src=x onerror=alert(1)> <a href="javascript:alert(1)">x</a> javascript:alert(1)'
    const row = show(text)
    expect(row.element.textContent).toBe(text)
    expect(row.findAll('img, a')).toEqual([])
  })

  it('fails when a link also presses the row that it stands in', async () => {
    const [onClick, onEnter] = [vi.fn(), vi.fn()]
    const row = show('see https://a.example', onClick, onEnter)
    row.get('a').element.addEventListener('click', (event) => event.preventDefault())
    await row.get('a').trigger('click')
    await row.get('a').trigger('keydown', { key: 'Enter' })
    expect([onClick, onEnter].map((spy) => spy.mock.calls.length)).toEqual([0, 0])
    await row.trigger('click')
    expect(onClick).toHaveBeenCalledOnce()
  })
})
