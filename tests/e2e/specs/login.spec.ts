import { expectAccessible } from '../harness/axe'
import { expect, test } from '../harness/fixtures'
import { ADMIN_PASSWORD } from '../harness/server'
import { LoginPage } from '../pages/login'

test('the login page is there and accessible', async ({ page, say }) => {
  await new LoginPage(page, say).open()
  await expect(page.getByLabel(say.username)).toBeVisible()
  await expectAccessible(page)
})

test('a wrong password is refused in words', async ({ page, say }) => {
  const login = new LoginPage(page, say)
  await login.open()
  await login.signIn('admin', 'not the password')
  await expect(page.getByText(say.badCredentials)).toBeVisible()
  await expect(page).toHaveURL(/\/login/)
  await expectAccessible(page)
})

test('the admin logs in and stands on the board, also after a reload', async ({ page, say }) => {
  const login = new LoginPage(page, say)
  await login.open()
  await login.signIn('admin', ADMIN_PASSWORD)
  await expect(page).toHaveURL(/\/incidents-new/)
  await page.reload()
  await expect(page).toHaveURL(/\/incidents-new/)
})
