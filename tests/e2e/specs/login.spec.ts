import { expectAccessible } from '../harness/axe'
import { expect, ONCE, test } from '../harness/fixtures'
import { hire, letIn } from '../harness/people'
import { ADMIN_PASSWORD } from '../harness/server'
import { IncidentPage } from '../pages/incident'
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

test('the admin logs in and stands on the board, also after a reload', ONCE, async ({ page, say }) => {
  const login = new LoginPage(page, say)
  await login.open()
  await login.signIn('admin', ADMIN_PASSWORD)
  await expect(page).toHaveURL(/\/incidents-new/)
  await page.reload()
  await expect(page).toHaveURL(/\/incidents-new/)
})

test('the next person in the same tab finds nothing half-written', ONCE, async ({ page, api, say }) => {
  const [first, second] = [await hire(api, '李娜', 'responder'), await hire(api, '王芳', 'responder')]
  const { id } = await api.post('incidents', { title: 'Handed over' })
  const incident = new IncidentPage(page, say)
  await letIn(page, first)
  await incident.open(id)
  await page.getByLabel(say.addNote).fill('not sent yet')
  await page.reload()
  await expect(page.getByLabel(say.addNote), 'for its writer it stays').toHaveValue('not sent yet')
  await page.route('**/auth/logout', (route) => route.abort())
  await page.getByRole('button', { name: say.account }).click()
  await page.getByRole('menuitem', { name: say.logOut }).click()
  await expect(page, 'who could not be logged out is not shown the door').toHaveURL(`/incidents/${id}`)
  await page.unroute('**/auth/logout')
  await page.getByRole('button', { name: say.account }).click()
  await page.getByRole('menuitem', { name: say.logOut }).click()
  await expect(page).toHaveURL(/\/login/)
  await new LoginPage(page, say).signIn(second.username, second.password)
  await expect(page).toHaveURL(/\/incidents-new/)
  await incident.open(id)
  await expect(page.getByLabel(say.addNote)).toHaveValue('')
})
