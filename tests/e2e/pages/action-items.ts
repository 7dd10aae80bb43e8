import { expect, type Page } from '@playwright/test'
import type { Words } from '../harness/words'

export class ActionItemsPage {
  constructor(
    private readonly page: Page,
    private readonly say: Words,
  ) {}

  open() {
    return this.page.goto('/action-items')
  }

  async move(title: string, to: keyof Words['itemStatuses']) {
    await this.page.getByRole('button', { name: this.say.moveItem(title) }).click()
    await this.page.getByRole('menuitem').filter({ hasText: new RegExp(`^\\s*${this.say.itemStatuses[to]}`) }).click()
    await expect(this.page.getByRole('menuitem')).toHaveCount(0)
  }
}
