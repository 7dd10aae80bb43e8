import { expectAccessible } from '../harness/axe'
import { expect, ONCE, test } from '../harness/fixtures'
import { hire, letIn } from '../harness/people'
import { BoardPage } from '../pages/board'

test.beforeEach(async ({ page, api }) => {
  await letIn(page, await hire(api, '王芳', 'responder'))
})

test('a card is dragged to the next column', ONCE, async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: '支付网关超时' })
  const board = new BoardPage(page, say)
  await board.open()
  await board.drag(id, 'InProgress')
  await board.expectIn(id, 'InProgress')
  await expect.poll(async () => (await api.get(`incidents/${id}`)).status).toBe('InProgress')
})

test('an illegal drop says why, and the card is where it was', async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: 'Queue grows' })
  await api.post(`incidents/${id}/transitions`, { to: 'InProgress' })
  const board = new BoardPage(page, say)
  await board.open()
  await board.carry(id, 'Closed')
  await expect(board.column('Closed')).toContainText(say.refusedToClose)
  await board.drop()
  await expect(page.getByText(say.refusedToClose).first()).toBeVisible()
  await board.expectIn(id, 'InProgress')
  await expectAccessible(page)
  expect((await api.get(`incidents/${id}`)).version).toBe(2)
})

test('a move that needs a note asks for it; cancelling leaves the card', async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: 'A test alarm' })
  const board = new BoardPage(page, say)
  await board.open()
  await board.drag(id, 'Closed')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel(say.whyFalseAlarm)).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await board.expectIn(id, 'Pending')

  await board.drag(id, 'Closed')
  await dialog.getByLabel(say.whyFalseAlarm).fill('演练')
  await dialog.getByRole('button', { name: say.falseAlarm }).click()
  await board.expectIn(id, 'Closed')
  expect((await api.get(`incidents/${id}`)).resolution).toBe('FalseAlarm')
})

test('the phone’s “back” closes a menu or a dialog, and the page stays', ONCE, async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: 'Back and forth' })
  const board = new BoardPage(page, say)
  await board.open()
  await board.card(id).getByRole('link').click()
  for (const name of [say.moveTo, say.account]) {
    await page.getByRole('button', { name }).filter({ visible: true }).click()
    await expect(page.getByRole('menu')).toBeVisible()
    await page.goBack()
    await expect(page.getByRole('menu')).toBeHidden()
    await expect(page).toHaveURL(`/incidents/${id}`)
  }
  await page.getByRole('button', { name: say.moveTo }).click()
  await page.getByRole('menuitem').filter({ hasText: say.statuses.Closed }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page).toHaveURL(`/incidents/${id}`)
  await page.goBack()
  await expect(board.card(id)).toBeVisible()
})

test('a note that was written outlives a line that breaks', ONCE, async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: 'Sent from a tunnel' })
  const board = new BoardPage(page, say)
  await board.open()
  await board.drag(id, 'Closed')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(say.whyFalseAlarm).fill('演练 drill')
  await page.route('**/transitions', async (route) => {
    await route.fetch() // It arrives, but its answer does not.
    await route.abort()
  })
  await dialog.getByRole('button', { name: say.falseAlarm }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await expect(dialog.getByLabel(say.whyFalseAlarm)).toHaveValue('演练 drill')
  await expectAccessible(page)
  await page.unroute('**/transitions')
  await dialog.getByRole('button', { name: say.falseAlarm }).click()
  await board.expectIn(id, 'Closed')
  await expect(dialog).toBeHidden()
  const moves = (await api.get(`incidents/${id}/timeline`)).items.filter((entry: { kind: string }) => entry.kind === 'moved')
  expect(moves, 'done once').toHaveLength(1)
})

test('a note is sent though a colleague edits the title while it is written', ONCE, async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: 'Before' })
  const board = new BoardPage(page, say)
  await board.open()
  await board.drag(id, 'Closed')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(say.whyFalseAlarm).fill('演练')
  await api.patch(`incidents/${id}`, { title: 'After' })
  await dialog.getByRole('button', { name: say.falseAlarm }).click()
  await board.expectIn(id, 'Closed')
  await expect(board.card(id)).toContainText('After')
})

test('from an incident one comes back to its card, on a phone to its column', ONCE, async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: 'Far to the right' })
  for (const to of ['InProgress', 'Recovering']) await api.post(`incidents/${id}/transitions`, { to })
  await page.setViewportSize({ width: 390, height: 844 })
  const board = new BoardPage(page, say)
  await board.open()
  await expect(board.column('Pending')).toBeInViewport()
  await board.card(id).getByRole('link').click()
  await expect(page.getByRole('heading', { name: 'Far to the right' })).toBeVisible()
  await page.goBack()
  await expect(board.card(id).getByRole('link')).toBeFocused()
  await expect(board.column('Recovering')).toBeInViewport({ ratio: 0.8 })
})

test('whoever searches while the board still loads is not called to the card that they come from', ONCE, async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: 'Slow to come' })
  const board = new BoardPage(page, say)
  await board.open()
  await board.card(id).getByRole('link').click()
  const heading = page.getByRole('heading', { name: 'Slow to come' })
  await expect(heading).toBeVisible()
  await page.reload() // What the board was is forgotten.
  await expect(heading).toBeVisible()
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/incidents/board*', (route) => held.then(() => route.continue()))
  await page.goBack()
  const search = page.getByRole('searchbox')
  await search.pressSequentially('Slow')
  release()
  await expect(board.card(id)).toBeVisible()
  await expect(search).toBeFocused()
  await expect(search).toHaveValue('Slow')
})

test('the keyboard moves a card, too', async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: 'Certificate expires' })
  const board = new BoardPage(page, say)
  await board.open()
  await board.openMenu(id)
  const item = page.getByRole('menuitem').filter({ hasText: say.statuses.InProgress })
  await expect(item).toBeVisible()
  await expectAccessible(page)
  await item.press('Enter')
  await board.expectIn(id, 'InProgress')
})

test('a lost race puts the card where the other one left it', ONCE, async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: 'Two hands' })
  const board = new BoardPage(page, say)
  await board.open()
  await board.expectIn(id, 'Pending')
  await api.post(`incidents/${id}/transitions`, { to: 'InProgress' })
  await board.drag(id, 'InProgress')
  await board.expectIn(id, 'InProgress')
  const moves = (await api.get(`incidents/${id}/timeline`)).items.filter((entry: { kind: string }) => entry.kind === 'moved')
  expect(moves).toHaveLength(1)
})

test('dark, and at 390 px', async ({ page, api, say }) => {
  const { id } = await api.post('incidents', { title: '在手机上看' })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  const board = new BoardPage(page, say)
  await board.open()
  await expect(board.card(id)).toBeVisible()
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(sideways).toBeLessThanOrEqual(0)
  await expectAccessible(page)
})
