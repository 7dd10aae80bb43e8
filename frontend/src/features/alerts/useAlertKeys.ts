import { useShortcuts } from '@/composables/useShortcuts'

interface Acts {
  step: (by: 1 | -1) => unknown
  toggle: () => unknown
  acknowledge: () => unknown
  open: () => unknown
  showNew: () => unknown
}

/** The inbox by keyboard; Enter on a row needs no help, the row's title is a link. */
export function useAlertKeys(acts: Acts) {
  const group = 'alerts.title'
  useShortcuts([
    { keys: 'j', label: 'alerts.keys.next', group, run: () => acts.step(1) },
    { keys: 'k', label: 'alerts.keys.previous', group, run: () => acts.step(-1) },
    { keys: 'x', label: 'alerts.keys.select', group, role: 'responder', run: acts.toggle },
    { keys: 'e', label: 'alerts.keys.acknowledge', group, role: 'responder', run: acts.acknowledge },
    { keys: 'o', label: 'alerts.keys.open', group, run: acts.open },
    { keys: 'r', label: 'alerts.keys.show_new', group, run: acts.showNew },
  ])
}
