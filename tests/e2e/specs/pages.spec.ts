import { expectAccessible } from '../harness/axe'
import { expect, test } from '../harness/fixtures'
import { hire, signIn } from '../harness/people'

const PAGES = ['/incidents-new', '/alerts', '/postmortems', '/action-items', '/admin/users', '/admin/integrations']
const LONG = '华东二可用区核心交易链路 order-service 与 payment-gateway 之间的连接数持续升高并且超过了告警阈值 please check '.repeat(2).slice(0, 150)

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } })

      test('every page opens, fits its width, and is accessible', async ({ page, api, say }) => {
        const admin = await hire(api, '全', 'admin')
        const incident = await api.post('incidents', { title: LONG, severity: 'P2' })
        await api.post('action-items', { title: LONG, incident_id: incident.id, due_on: '2026-01-01' })
        await signIn(page, say, admin)
        for (const path of [...PAGES, `/incidents/${incident.id}`, '/no-such-page']) {
          await page.goto(path)
          await page.waitForLoadState('networkidle')
          await expectAccessible(page)
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          expect(overflow, `${path} is wider than the window`).toBeLessThanOrEqual(0)
        }
      })
    })
  }
}
