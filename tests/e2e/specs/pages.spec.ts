import type { Page } from '@playwright/test'
import type { Api } from '../harness/api'
import { expectAccessible } from '../harness/axe'
import { expect, test } from '../harness/fixtures'
import { hire, letIn } from '../harness/people'

const PAGES = ['/incidents-new', '/alerts', '/postmortems', '/action-items', '/admin/users', '/admin/integrations', '/no-such-page']
const LONG = '华东二可用区核心交易链路 order-service 与 payment-gateway 之间的连接数持续升高并且超过了告警阈值 please check '.repeat(2).slice(0, 150)

test.beforeEach(async ({ page, api }) => letIn(page, await hire(api, '全', 'admin')))

for (const width of [1440, 390]) {
  test.describe(`${width} px, light and dark`, () => {
    test.use({ viewport: { width, height: 900 } })

    test('every page opens, fits its width, and is accessible', async ({ page, api }) => {
      test.setTimeout(180_000)
      const id = await incident(api)
      await api.post('action-items', { title: LONG, incident_id: id, due_on: '2026-01-01' })
      const postmortem = await api.post('postmortems', { incident_id: await incident(api, 'InProgress', 'Recovering', 'Recovered') })
      for (const path of [...PAGES, `/incidents/${id}`, `/postmortems/${postmortem.id}`]) {
        await page.goto(path)
        await page.waitForLoadState('networkidle')
        expect(new URL(page.url()).pathname, 'nobody was sent elsewhere').toBe(path)
        await expectGood(page, path)
      }
    })

    test('what opens over a page fits its width, and is accessible', async ({ page, api, say }) => {
      test.setTimeout(120_000)
      const dialog = page.getByRole('dialog')
      const alert = await api.post('alerts', { title: LONG, description: `${LONG} https://wiki.example.com/${'runbook/'.repeat(12)}，先看这里`, level: 'Critical', alert_source: 'e2e', fired_at: new Date().toISOString() })
      await page.goto(`/alerts?alert=${alert.id}`)
      await expect(dialog.getByText('e2e')).toBeVisible()
      await expect(dialog.getByRole('link', { name: /runbook/ })).toHaveAttribute('href', /runbook\/$/)
      await expectGood(page, 'the detail of an alert')

      await page.goto('/incidents-new')
      await page.getByRole('button', { name: say.declare }).first().click()
      await expect(dialog.getByLabel(say.title)).toBeVisible()
      await expectGood(page, 'the dialog that declares an incident')

      await page.goto(`/incidents/${await incident(api)}`)
      await page.getByRole('button', { name: say.moveTo }).click()
      await page.getByRole('menuitem').filter({ hasText: say.statuses.Closed }).click()
      await expect(dialog.getByLabel(say.whyFalseAlarm)).toBeVisible()
      await expectGood(page, 'a move that needs a note')

      await page.goto(`/incidents/${await incident(api, 'InProgress', 'Recovering')}`)
      await page.getByRole('button', { name: say.markRecovered }).click()
      await expectGood(page, 'a recovery now')
      await dialog.getByRole('button', { name: say.atAnotherTime }).click()
      await expect(dialog.getByLabel(say.recoveredAt)).toBeFocused()
      await expectGood(page, 'a recovery at another time')

      await page.goto('/incidents-new')
      await page.getByRole('button', { name: say.account }).filter({ visible: true }).click()
      await page.getByRole('menuitem', { name: say.settings }).click()
      await expect(dialog.getByLabel(say.displayName)).toBeFocused()
      await expectGood(page, 'my settings')
    })
  })
}

async function incident(api: Api, ...moves: string[]): Promise<number> {
  const { id } = await api.post('incidents', { title: LONG, severity: 'P2' })
  for (const to of moves) await api.post(`incidents/${id}/transitions`, { to })
  return id
}

/** In both themes; the page follows the system while it is open. */
async function expectGood(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${colorScheme}\\b`))
    await expectAccessible(page)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${what} is wider than the window`).toBeLessThanOrEqual(0)
  }
}
