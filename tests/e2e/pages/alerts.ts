import type { Page } from '@playwright/test'
import type { Words } from '../harness/words'

export class AlertsPage {
  constructor(
    private readonly page: Page,
    private readonly say: Words,
  ) {}

  open() {
    return this.page.goto('/alerts')
  }

  row(title: string) {
    return this.page.getByRole('row').filter({ hasText: title })
  }

  /** Ticks the alerts and makes one incident of them. */
  async createIncident(...titles: string[]) {
    for (const title of titles) await this.page.getByRole('checkbox', { name: this.say.selectAlert(title) }).check()
    await this.page.getByRole('toolbar').getByRole('button', { name: this.say.createIncident }).click()
    await this.page.getByRole('dialog').getByRole('button', { name: this.say.createIncident }).click()
  }
}
