// The messages of a conversation. Every text is shown as text; nothing of it becomes HTML.
const LONG_CHARS = 1500;
const AT_END_PX = 80;

export default {
  template: `
    <div class="history-frame">
      <div ref="box" class="history" role="log" tabindex="0" :aria-label="texts.label" @scroll="onScroll">
        <button v-if="earlier" type="button" class="history-earlier" @click="loadEarlier">{{ texts.earlier }}</button>
        <p v-if="!messages.length" class="console-empty">{{ texts.none }}</p>
        <template v-for="(message, index) in messages" :key="message.id">
          <div v-if="index === 0 || messages[index - 1].day !== message.day" class="history-day">{{ message.day }}</div>
          <div v-if="message.author === 'system'" class="history-notice">
            <span class="worker-text">{{ message.text }}</span> <time>{{ message.time }}</time>
          </div>
          <div v-else :class="['bubble', 'by-' + message.author, { mine: message.mine }]">
            <div class="bubble-head"><span>{{ message.name }}</span> <time>{{ message.time }}</time></div>
            <div v-if="message.text" class="worker-text" dir="auto">{{ shown(message) }}</div>
            <button v-if="message.text.length > limit" type="button" class="bubble-link" @click="toggle(message.id)">
              {{ opened[message.id] ? texts.fold : texts.expand.replace("{n}", message.text.length) }}
            </button>
            <template v-for="file in message.files" :key="file.id">
              <a v-if="file.image" :href="file.url" target="_blank" rel="noopener noreferrer">
                <img class="bubble-image" :src="file.url" :alt="file.name" @load="onGrown">
              </a>
              <a v-else-if="file.url" class="bubble-file" :href="file.url" download><bdi>{{ file.text }}</bdi></a>
              <span v-else class="bubble-file">{{ file.text }}</span>
            </template>
            <details v-if="message.citations.length" class="bubble-citations">
              <summary>{{ texts.citations.replace("{n}", message.citations.length) }}</summary>
              <ul><li v-for="citation in message.citations">
                <a v-if="citation.url" :href="citation.url" target="_blank" rel="noopener noreferrer">{{ citation.title }}</a>
                <span v-else>{{ citation.title }}</span> · {{ citation.note }}
              </li></ul>
            </details>
            <div v-if="message.delivery || message.read" :class="['bubble-state', message.tone]">
              {{ [message.delivery, message.read ? texts.read : ""].filter(Boolean).join(" · ") }}
            </div>
          </div>
        </template>
        <div v-if="typing" class="history-typing" aria-live="polite">{{ texts.typing }}</div>
      </div>
      <button v-if="behind" type="button" class="history-new" @click="toEnd">{{ texts.new }}</button>
    </div>
  `,
  props: {
    conversation: String,
    messages: Array,
    earlier: Boolean,
    typing: Boolean,
    texts: Object,
  },
  emits: ["earlier", "seen"],
  data() {
    return { opened: {}, behind: false, sticks: true, limit: LONG_CHARS };
  },
  mounted() {
    this.$nextTick(this.toEnd);
    document.addEventListener("visibilitychange", this.tellSeen);
    this.resized = new ResizeObserver(this.onGrown);
    this.resized.observe(this.$refs.box);
  },
  unmounted() {
    this.resized.disconnect();
    document.removeEventListener("visibilitychange", this.tellSeen);
  },
  watch: {
    conversation() {
      this.opened = {};
      this.$nextTick(this.toEnd);
    },
    typing() {
      if (this.sticks) this.$nextTick(this.toEnd);
    },
    messages(now, before) {
      const box = this.$refs.box;
      const first = before.length ? before[0].id : null;
      const loadedEarlier = now.length && first && now[0].id !== first && now.some((m) => m.id === first);
      const last = (list) => (list.length ? list[list.length - 1].id : null);
      const height = box.scrollHeight;
      this.$nextTick(() => {
        if (loadedEarlier) box.scrollTop += box.scrollHeight - height;
        else if (this.sticks) this.toEnd();
        else if (last(now) !== last(before)) this.behind = true;
        this.tellSeen();
      });
    },
  },
  methods: {
    shown(message) {
      if (message.text.length <= LONG_CHARS || this.opened[message.id]) return message.text;
      return message.text.slice(0, LONG_CHARS) + "…";
    },
    toggle(id) {
      this.opened = { ...this.opened, [id]: !this.opened[id] };
    },
    isAtEnd() {
      const box = this.$refs.box;
      return box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX;
    },
    toEnd() {
      const box = this.$refs.box;
      if (!box) return;
      box.scrollTop = box.scrollHeight;
      this.behind = false;
      this.sticks = true;
      this.tellSeen();
    },
    onGrown() {
      if (this.sticks) this.toEnd();
    },
    onScroll() {
      this.sticks = this.isAtEnd();
      if (this.behind && this.isAtEnd()) {
        this.behind = false;
        this.tellSeen();
      }
    },
    loadEarlier() {
      this.$emit("earlier");
    },
    tellSeen() {
      const last = this.messages.at(-1);
      if (!last || this.behind || document.visibilityState !== "visible") return;
      if (last.id === this.told) return;
      this.told = last.id;
      this.$emit("seen", { conversation: this.conversation, id: last.id });
    },
  },
};
