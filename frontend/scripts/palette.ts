import colors from 'tailwindcss/colors'
import type { Plugin } from 'vite'
import { theme } from '../theme.config.ts'

const SHADES = [50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950]
const RESOLVED = '/@closeloop/palette.css'

/**
 * `virtual:palette.css`: the theme's colours as the variables that Nuxt UI reads. Its own plugin writes them
 * into the page at run time, for which it ships Tailwind's whole palette and a head manager.
 */
export function palette(): Plugin {
  return {
    name: 'closeloop:palette',
    resolveId: (id) => (id === 'virtual:palette.css' ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? css() : undefined),
  }
}

function css(): string {
  const lines = Object.entries(theme.colors).flatMap(([role, name]) =>
    SHADES.map((shade) => `--ui-color-${role}-${shade}:${(colors[name] as Record<number, string>)[shade]};`),
  )
  return `@layer theme{:root{${lines.join('')}}}`
}
