/** Also on plain HTTP, where `navigator.clipboard` is missing. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const back = document.activeElement as HTMLElement | null
  const box = document.createElement('textarea')
  box.value = text
  box.className = 'fixed opacity-0'
  document.body.append(box)
  box.select()
  const done = document.execCommand('copy')
  box.remove()
  back?.focus()
  return done
}
