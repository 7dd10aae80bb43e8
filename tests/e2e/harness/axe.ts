import { expect, type Page } from '@playwright/test'
import axe from 'axe-core'

const WCAG_22_AA: axe.RunOnly = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
const COLOURS: axe.RunOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/** WCAG 2.2 AA as far as axe can see: nothing serious or critical in the present state of the page. */
export const expectAccessible = (page: Page) => expectNothingGrave(page, WCAG_22_AA)

/** What another theme can change of it. */
export const expectAccessibleColours = (page: Page) => expectNothingGrave(page, COLOURS)

async function expectNothingGrave(page: Page, runOnly: axe.RunOnly): Promise<void> {
  await settled(page)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  // No page has frames: without looking for them, and telling of violations only, axe takes a third of the time.
  const { violations } = await page.evaluate(
    (options) => (window as unknown as { axe: typeof axe }).axe.run(document, options),
    { runOnly, iframes: false, resultTypes: ['violations'] } as axe.RunOptions,
  )
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
  expect(grave).toEqual([])
}

/** Colours are judged when nothing fades in or out any more; what spins for ever is not waited for. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
        .map((animation) => animation.finished),
    ),
  )
}
