import { expect, type Locator, type Page } from '@playwright/test'
import type { Words } from '../harness/words'

export class PostmortemPage {
  constructor(
    readonly page: Page,
    private readonly say: Words,
  ) {}

  /** From the list, by the incident's title. */
  async open(title: string) {
    await this.page.goto('/postmortems')
    await this.page.getByRole('link', { name: title }).click()
  }

  async write(texts: Record<keyof Words['parts'], string>) {
    for (const [part, text] of Object.entries(texts)) {
      const name = this.say.parts[part as keyof Words['parts']]
      await this.page.getByRole('textbox', { name: new RegExp(`^${name}`) }).fill(text)
    }
  }

  async addReviewer(name: string) {
    await this.pick(this.page.getByRole('combobox', { name: this.say.addReviewer }), name)
  }

  async addActionItem(title: string, owner: string) {
    await this.page.getByRole('button', { name: this.say.addItem }).click()
    const form = this.page.locator('form').filter({ has: this.page.getByLabel(this.say.title) })
    await form.getByLabel(this.say.title).fill(title)
    await this.pick(form.getByLabel(this.say.owner), owner)
    await form.getByRole('button', { name: this.say.addItem }).click()
    await expect(this.page.getByRole('button', { name: title, exact: true })).toBeVisible()
  }

  /** The one filled button: submit, approve or publish. */
  async step(name: string) {
    await this.page.getByRole('button', { name, exact: true }).click()
  }

  private async pick(field: Locator, name: string) {
    await field.fill(name)
    await this.page.getByRole('listbox').getByRole('option', { name }).click()
  }
}
