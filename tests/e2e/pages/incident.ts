import { expect, type Page } from '@playwright/test'
import type { IncidentStatus, Words } from '../harness/words'

export class IncidentPage {
  constructor(
    readonly page: Page,
    private readonly say: Words,
  ) {}

  async open(id: number) {
    await this.page.goto(`/incidents/${id}`)
    await expect(this.page.getByRole('heading', { name: this.say.timeline })).toBeVisible()
  }

  /** By the page's one filled button, which is the next step now; arrives on the postmortem's page. */
  async writePostmortem() {
    await this.page.getByRole('button', { name: this.say.writePostmortem }).first().click()
    await this.page.waitForURL(/\/postmortems\/\d+/)
  }

  /** The timeline tells of a move between two columns. */
  async expectMoved(from: IncidentStatus, to: IncidentStatus) {
    const sentence = `${this.say.statuses[from]} → ${this.say.statuses[to]}`
    await expect(this.page.getByRole('listitem').filter({ hasText: sentence }).first()).toBeVisible()
  }

  async expectTold(text: string) {
    await expect(this.page.getByRole('listitem').filter({ hasText: text }).first()).toBeVisible()
  }
}
