import type { NuxtUIOptions } from '@nuxt/ui/vite'

/** Grey carries the page; the primary colour is for the one next action and for where the focus is. */
export const theme = {
  colors: {
    primary: 'indigo',
    secondary: 'indigo',
    neutral: 'zinc',
    error: 'red',
    warning: 'amber',
    success: 'emerald',
    info: 'sky',
  },
  button: {
    slots: { base: 'cursor-pointer font-medium' },
    // The default fades to 75 % under the pointer, where white on it is no longer readable enough.
    compoundVariants: [
      { color: 'primary', variant: 'solid', class: 'hover:bg-primary/90 active:bg-primary/90' },
      { color: 'error', variant: 'solid', class: 'hover:bg-error/90 active:bg-error/90' },
    ],
  },
  modal: { slots: { content: 'sm:max-w-md', title: 'text-base', footer: 'justify-end' } },
  tooltip: { slots: { content: 'h-auto max-w-72 py-1.5', text: 'whitespace-normal' } },
} satisfies NuxtUIOptions['ui']
