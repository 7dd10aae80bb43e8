import { expect, type Page } from '@playwright/test'
import type { IncidentStatus, Words } from '../harness/words'

export class BoardPage {
  constructor(
    readonly page: Page,
    private readonly say: Words,
  ) {}

  async open() {
    await this.page.goto('/incidents-new')
    await expect(this.column('Pending')).toBeVisible()
  }

  column(status: IncidentStatus) {
    return this.page.getByRole('region', { name: this.say.statuses[status], exact: true })
  }

  card(id: number) {
    return this.page.getByRole('article').filter({ hasText: new RegExp(`INC-${id}(?!\\d)`) })
  }

  /** Picks the card up and holds it over a column. */
  async carry(id: number, over: IncidentStatus) {
    await this.card(id).scrollIntoViewIfNeeded()
    const from = centre(await this.card(id).boundingBox())
    const to = centre(await this.column(over).boundingBox())
    const edge = this.page.viewportSize()!.width - 24
    await this.page.mouse.move(from.x, from.y)
    await this.page.mouse.down()
    await this.page.mouse.move(from.x + 8, from.y + 8, { steps: 4 })
    await this.page.mouse.move(Math.min(to.x, edge), to.y, { steps: 12 })
  }

  drop() {
    return this.page.mouse.up()
  }

  async drag(id: number, to: IncidentStatus) {
    await this.carry(id, to)
    await this.drop()
  }

  async expectIn(id: number, status: IncidentStatus) {
    await expect(this.column(status).getByRole('article').filter({ hasText: new RegExp(`INC-${id}(?!\\d)`) })).toBeVisible()
  }

  /** The way of the keyboard: the card's menu. */
  openMenu(id: number) {
    return this.page.getByRole('button', { name: this.say.moveCard(id) }).press('Enter')
  }
}

function centre(box: { x: number; y: number; width: number; height: number } | null) {
  if (!box) throw new Error('what is to be dragged is not on the screen')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
