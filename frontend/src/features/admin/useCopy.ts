import { useI18n } from 'vue-i18n'
import { useNotify } from '@/composables/useNotify'

/** Copying, also on plain HTTP, where `navigator.clipboard` is missing. */
export function useCopy() {
  const { t } = useI18n()
  const notify = useNotify()

  /** `source` holds the text: where copying fails it is selected, to be copied by hand. */
  return async function copy(text: string, source: HTMLElement | null) {
    if ((await byClipboard(text)) || bySelection(source)) return notify.success(t('admin.integrations.copied'))
    notify.refusedBecause(t('admin.integrations.copy_failed'))
  }
}

async function byClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

function bySelection(source: HTMLElement | null): boolean {
  if (!source) return false
  if (source instanceof HTMLInputElement) source.select()
  else getSelection()?.selectAllChildren(source)
  return document.execCommand('copy')
}
