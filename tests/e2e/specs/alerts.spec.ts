import { expectAccessible } from '../harness/axe'
import { expect, ONCE, test } from '../harness/fixtures'
import { hire, letIn } from '../harness/people'

test('a storm is acknowledged at once, also what is not loaded yet', ONCE, async ({ page, api, say }) => {
  await letIn(page, await hire(api, '王芳', 'responder'))
  const fired_at = new Date().toISOString()
  const source = `storm-${Date.now()}`
  const alerts = Array.from({ length: 120 }, (_, n) => ({ title: `Disk ${n}`, description: '', level: 'Error', alert_source: source, fired_at }))
  await api.post('alerts/batch', { alerts })
  await page.goto(`/alerts?source=${source}`)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('checkbox', { name: say.selectAlert('Disk 119') }).check()
  await page.getByRole('button', { name: say.selectMatching(120) }).click()
  const bar = page.getByRole('toolbar')
  await expect(bar).toContainText('120')
  await expect(page.getByRole('button', { name: say.selectMatching(120) })).toBeHidden()
  await expectAccessible(page)
  await bar.getByRole('button', { name: say.acknowledge }).click()
  await expect.poll(async () => (await api.get(`alerts/counts?source=${source}`)).by_status).toMatchObject({ Pending: 0, Acknowledged: 120 })
})
