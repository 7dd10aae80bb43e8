import type { Locator, Page } from '@playwright/test'
import { expectAccessible } from '../harness/axe'
import { expect, ONCE, test } from '../harness/fixtures'
import { hire, letIn } from '../harness/people'

/** Opens a picker, asks axe with its list open, and picks by keyboard. */
async function pickByKeyboard(page: Page, field: Locator, name: string) {
  await field.click()
  await expect(page.getByRole('listbox')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.type(name)
  await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(1)
  await expect(field).toHaveAttribute('aria-activedescendant', /.+/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('listbox')).toHaveCount(0)
}

for (const width of [1440, 390]) {
  test.describe(`${width} px`, () => {
    test.use({ viewport: { width, height: 900 } })

    test('people and incidents are picked by keyboard from an accessible list', ONCE, async ({ page, api, say }) => {
      const picker = await hire(api, '选', 'manager')
      const liu = await hire(api, `刘选${picker.username}`, 'responder')
      const incident = await api.post('incidents', { title: `支付超时 ${picker.username}`, severity: 'P2' })
      const alert = await api.post('alerts', {
        title: `磁盘将满 ${picker.username}`,
        description: '',
        level: 'Error',
        alert_source: 'e2e',
        fired_at: new Date().toISOString(),
      })
      await letIn(page, picker)

      await page.goto(`/incidents/${incident.id}`)
      const assignee = page.getByRole('combobox', { name: say.assignee })
      await pickByKeyboard(page, assignee, liu.display_name)
      await expect(assignee).toHaveValue(liu.display_name)
      await expect.poll(async () => (await api.get(`incidents/${incident.id}`)).assignee?.id).toBe(liu.id)

      await page.goto('/incidents-new')
      await page.getByRole('button', { name: say.declare }).first().click()
      const dialog = page.getByRole('dialog')
      const owner = dialog.getByLabel(say.assignee)
      await pickByKeyboard(page, owner, liu.display_name)
      await expect(owner).toHaveValue(liu.display_name)
      await owner.press('ArrowDown')
      await expect(page.getByRole('listbox')).toBeVisible()
      await owner.press('Escape')
      await expect(page.getByRole('listbox')).toHaveCount(0)
      await expect(dialog).toBeVisible()
      await dialog.getByRole('button', { name: say.clearChoice }).click()
      await expect(owner).toHaveValue('')
      await owner.press('Escape')
      await expect(dialog).toHaveCount(0)

      await page.goto(`/alerts?alert=${alert.id}`)
      await page.getByRole('button', { name: say.linkAlert }).first().click()
      await pickByKeyboard(page, dialog.getByRole('combobox'), incident.title)
      await dialog.getByRole('button', { name: say.linkAlert }).click()
      await expect.poll(async () => (await api.get(`alerts/${alert.id}`)).incident_id).toBe(incident.id)
    })
  })
}
