import { mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Legacy } from '@/api/types'
import { i18n, speak } from '@/i18n'
import LegacyPanel from './LegacyPanel.vue'

const show = (legacy: Legacy | null, legacy_id: string | null = 'GZ20210307-001') =>
  mount(LegacyPanel, { props: { row: { legacy_id, legacy } }, global: { plugins: [i18n] } })

/** Name and value of each row, by the name. */
const rows = (panel: ReturnType<typeof show>) =>
  Object.fromEntries(panel.findAll('dt').map((name) => [name.text(), name.element.nextElementSibling?.textContent]))

describe('the panel of what came from the old system', () => {
  beforeAll(() => speak('en', { remember: false }))

  it('renders nothing for a row that was made here', () => {
    expect(show(null, null).text()).toBe('')
    expect(show(null, null).find('details').exists()).toBe(false)
  })

  it('is collapsed, with the old number in its heading', () => {
    const panel = show({ table: 'incidents' })
    expect(panel.get('details').attributes('open')).toBeUndefined()
    expect(panel.get('summary').text()).toMatch(/^From the old system\s*GZ20210307-001$/)
  })

  it('shows number, status and level as they stood', () => {
    const panel = show({ table: 'alert_log', status: '处理完毕', level: '2级' })
    expect(rows(panel)).toEqual({ Table: 'alert_log', Number: 'GZ20210307-001', Status: '处理完毕', Level: '2级' })
  })

  it('leaves out what the old row did not have', () => {
    expect(rows(show({ table: 'alert_log' }, null))).toEqual({ Table: 'alert_log' })
  })

  it('writes values of every type', () => {
    const fields = { text: '第一行\n第二行', zero: 0, no: false, nothing: null, blank: '', list: [1, '二'], nested: { a: { b: null } } }
    expect(rows(show({ table: 't', fields }, null))).toEqual({
      Table: 't',
      text: '第一行\n第二行',
      zero: '0',
      no: 'false',
      nothing: 'empty',
      blank: 'empty',
      list: '[\n  1,\n  "二"\n]',
      nested: '{\n  "a": {\n    "b": null\n  }\n}',
    })
  })

  it('links web addresses, also inside nested values, and nothing else', () => {
    const fields = { ticket: '见 https://jira.example/OPS-1。', nested: { wiki: 'https://wiki.example/db' }, html: '<a href="javascript:alert(1)">x</a>' }
    const links = show({ table: 't', fields }).findAll('a')
    expect(links.map((link) => link.attributes('href'))).toEqual(['https://jira.example/OPS-1', 'https://wiki.example/db'])
  })

  it('explains raw bytes', () => {
    const panel = show({ table: 't', bytes: { remark: 'b2e2cad4ff' } })
    expect(panel.text()).toContain('Raw bytes in an unknown encoding, hexadecimal')
    expect(rows(panel)).toMatchObject({ remark: 'b2e2cad4ff' })
    expect(show({ table: 't' }).text()).not.toContain('hexadecimal')
  })

  it('is told in Chinese, too', async () => {
    await speak('zh-CN', { remember: false })
    expect(show({ table: 't', bytes: { remark: 'ff' } }).text()).toMatch(/^来自旧系统.*编码无法识别的原始字节，十六进制/s)
    await speak('en', { remember: false })
  })
})
