import { readFileSync } from 'node:fs'
import { expectAccessible } from '../harness/axe'
import { expect, test } from '../harness/fixtures'
import { hire, letIn, signIn } from '../harness/people'
import { ActionItemsPage } from '../pages/action-items'
import { AlertsPage } from '../pages/alerts'
import { BoardPage } from '../pages/board'
import { IncidentPage } from '../pages/incident'
import { PostmortemPage } from '../pages/postmortem'

const capture = new URL('../../payloads/alertmanager/webhook-v4-firing-one.json', import.meta.url)
const webhook = JSON.parse(readFileSync(capture, 'utf8')).body
const TITLE = 'Instance web-01.example.com:9100 down'

test('the whole loop: from the alert to the verified action item', async ({ page, api, say, browser, baseURL }) => {
  test.setTimeout(240_000)
  const lan = await hire(api, '兰', 'manager')
  const min = await hire(api, '敏', 'responder')
  await signIn(page, say, lan)

  const { key } = await api.post('integrations', { name: 'Prometheus', kind: 'alertmanager' })
  await api.withKey(key).post('hooks/alertmanager', webhook)

  const alerts = new AlertsPage(page, say)
  await alerts.open()
  await expect(alerts.row(TITLE)).toBeVisible()
  await expectAccessible(page)
  await alerts.createIncident(TITLE)
  await page.waitForURL(/\/incidents\/\d+$/)
  const id = Number(page.url().split('/').pop())

  const board = new BoardPage(page, say)
  await board.open()
  await board.drag(id, 'InProgress')
  await board.expectIn(id, 'InProgress')
  await board.drag(id, 'Closed')
  await expect(page.getByText(say.refusedToClose).first()).toBeVisible()
  await board.expectIn(id, 'InProgress')
  await board.drag(id, 'Recovering')
  await board.expectIn(id, 'Recovering')
  await board.drag(id, 'Recovered')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: say.markRecovered }).click()
  await board.expectIn(id, 'Recovered')
  await board.drag(id, 'AwaitingPostmortem')
  await board.expectIn(id, 'AwaitingPostmortem')

  const incident = new IncidentPage(page, say)
  await incident.open(id)
  await expectAccessible(page)
  await incident.writePostmortem()
  const postmortem = new PostmortemPage(page, say)
  await postmortem.write({
    summary: 'web-01 没有响应，订单延迟了八分钟。',
    impact: 'About 1,200 orders were late.',
    root_cause: '证书过期，节点没有重新加入。',
  })
  await postmortem.addReviewer(min.display_name)
  await postmortem.addActionItem('证书到期前三十天告警', lan.display_name)
  await expect(page.getByText(say.saved, { exact: true })).toBeVisible()
  await expectAccessible(page)
  await postmortem.step(say.submit)
  await expect.poll(async () => (await api.get(`incidents/${id}`)).postmortem.status).toBe('InReview')

  const other = await browser.newContext({ baseURL, locale: await page.evaluate(() => navigator.language) })
  const second = await other.newPage()
  await letIn(second, min)
  const review = new PostmortemPage(second, say)
  await review.open(TITLE)
  await review.step(say.approve)
  await expect.poll(async () => (await api.get(`incidents/${id}`)).postmortem.status).toBe('Reviewed')

  await postmortem.open(TITLE)
  await postmortem.step(say.publish)
  await expect.poll(async () => (await api.get(`incidents/${id}`)).postmortem.status).toBe('Published')
  await expectAccessible(page)

  await board.open()
  await board.drag(id, 'Closed')
  await board.expectIn(id, 'Closed')

  const own = new ActionItemsPage(page, say)
  await own.open()
  await own.move('证书到期前三十天告警', 'InProgress')
  await own.move('证书到期前三十天告警', 'Done')
  const others = new ActionItemsPage(second, say)
  await others.open()
  await others.move('证书到期前三十天告警', 'Verified')
  await expect.poll(async () => (await api.get(`action-items?incident_id=${id}`)).items[0].status).toBe('Verified')
  await other.close()

  await incident.open(id)
  await expect(page.getByText(say.statuses.Closed, { exact: true }).first()).toBeVisible()
  await incident.expectTold(TITLE)
  await incident.expectMoved('Pending', 'InProgress')
  await incident.expectMoved('InProgress', 'Recovering')
  await incident.expectMoved('Recovering', 'Recovered')
  await incident.expectMoved('Recovered', 'AwaitingPostmortem')
  for (const status of Object.values(say.postmortemStatuses)) await incident.expectTold(`→ ${status}`)
  await incident.expectMoved('AwaitingPostmortem', 'Closed')
  await incident.expectTold(`→ ${say.itemStatuses.Verified}`)
  await expectAccessible(page)
})
