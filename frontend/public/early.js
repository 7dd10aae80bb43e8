// Before the first paint: theme and language. A file of its own, because the page's policy allows no inline script.
;(function () {
  var root = document.documentElement
  function remembered(key) {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }
  var theme = remembered('vueuse-color-scheme') || 'auto'
  var dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.classList.toggle('dark', dark)
  var language = remembered('closeloop-language') || navigator.language || ''
  root.lang = /^en\b/i.test(language) ? 'en' : 'zh-CN'
})()
