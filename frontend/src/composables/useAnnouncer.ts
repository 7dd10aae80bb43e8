import { nextTick, ref } from 'vue'

const message = ref('')

/** One polite live region (in AppShell) for what a screen reader should say. */
export function useAnnouncer() {
  async function announce(text: string) {
    message.value = ''
    await nextTick()
    message.value = text
  }
  return { message, announce }
}
