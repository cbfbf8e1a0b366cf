// Where a reply is written. What is typed stays in the browser until the server has said that it
// is stored, and goes there as a draft whenever somebody pauses.
const DRAFT_AFTER_MS = 500;
const TYPING_EVERY_MS = 4000;
const OFFERS = 8;

const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export default {
  template: `
    <form v-show="!locked || text.trim()" class="composer" @submit.prevent="send">
      <ul v-if="offers" class="composer-offers" role="listbox" :aria-label="texts.canned" id="composer-offers">
        <li v-if="!offers.length" class="composer-none">{{ texts.no_canned }}</li>
        <li v-for="(offer, index) in offers" :key="offer.shortcut" role="option" :id="'offer-' + index"
            :aria-selected="index === offered" :class="{ offered: index === offered }"
            @mousedown.prevent="choose(offer)">
          <b>/{{ offer.shortcut }}</b> <span>{{ offer.title }}</span> <small>{{ offer.text }}</small>
        </li>
      </ul>
      <textarea ref="field" v-model="text" rows="3" dir="auto" :aria-label="texts.label" :placeholder="texts.placeholder"
                :readonly="locked"
                :aria-controls="offers ? 'composer-offers' : null"
                :aria-activedescendant="offers && offers.length ? 'offer-' + offered : null"
                @input="onInput" @keydown="onKey"></textarea>
      <div class="composer-bar">
        <slot v-if="!locked"></slot>
        <span class="composer-state" :class="{ late: over > 0 }" aria-live="polite">{{ state }}</span>
        <button v-if="!locked" type="submit" class="composer-send" :disabled="sending || over > 0 || !text.trim()">
          {{ sending ? texts.sending : texts.send }}
        </button>
      </div>
    </form>
  `,
  // locked: nothing can be sent (any more); what was typed can still be read and copied.
  props: { conversation: String, value: String, locked: Boolean, canned: Array, limit: Number, texts: Object },
  emits: ["draft", "send", "typing"],
  data() {
    return {
      text: this.value || "",
      sending: false,
      saved: false,
      offered: 0,
      dismissed: false,
      online: navigator.onLine,
      attempt: null,
    };
  },
  computed: {
    over() {
      return this.text.length - this.limit;
    },
    state() {
      if (this.locked) return this.texts.unsent;
      if (!this.online) return this.texts.offline;
      if (this.over > 0) return this.texts.too_long.replace("{n}", this.over);
      return this.saved && this.text ? this.texts.saved : "";
    },
    offers() {
      const wanted = /^[/、]([^\s/]*)$/.exec(this.text);
      if (!wanted || this.dismissed || this.locked) return null;
      const part = wanted[1].toLowerCase();
      const fits = (offer) => offer.shortcut.toLowerCase().startsWith(part) || offer.title.includes(part);
      return this.canned.filter(fits).slice(0, OFFERS);
    },
  },
  mounted() {
    window.addEventListener("online", this.onLine);
    window.addEventListener("offline", this.onLine);
    window.addEventListener("pagehide", this.flush);
  },
  beforeUnmount() {
    this.flush();
    window.removeEventListener("online", this.onLine);
    window.removeEventListener("offline", this.onLine);
    window.removeEventListener("pagehide", this.flush);
  },
  watch: {
    conversation(_, before) {
      this.flush(null, before);
      this.text = this.value || "";
      this.sending = this.saved = this.dismissed = false;
      this.attempt = null;
    },
  },
  methods: {
    onLine() {
      this.online = navigator.onLine;
    },
    onInput() {
      this.saved = false;
      this.offered = 0;
      if (!this.text.startsWith("/")) this.dismissed = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), DRAFT_AFTER_MS);
      this.pending = true;
      const now = Date.now();
      if (this.text.trim() && now - (this.typedAt || 0) > TYPING_EVERY_MS) {
        this.typedAt = now;
        this.$emit("typing", this.conversation);
      }
    },
    flush(_, conversation) {
      clearTimeout(this.timer);
      if (!this.pending) return;
      this.pending = false;
      this.$emit("draft", { conversation: conversation || this.conversation, text: this.text });
    },
    stored(conversation) {
      if (conversation === this.conversation && !this.pending) this.saved = true;
    },
    onKey(event) {
      if (event.isComposing) return;
      if (this.offers) {
        const last = Math.max(0, this.offers.length - 1);
        if (event.key === "ArrowDown") this.offered = Math.min(last, this.offered + 1);
        else if (event.key === "ArrowUp") this.offered = Math.max(0, this.offered - 1);
        else if (event.key === "Escape") this.dismissed = true;
        else if ((event.key === "Enter" || event.key === "Tab") && this.offers.length && !event.ctrlKey)
          this.choose(this.offers[this.offered]);
        else return;
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.send();
      }
    },
    choose(offer) {
      this.replace(offer.text);
    },
    replace(text) {
      this.text = text;
      this.onInput();
      this.focus();
    },
    insert(text) {
      this.replace(this.text.trim() && !this.offers ? `${this.text.trimEnd()}\n${text}` : text);
    },
    offerCanned() {
      if (!this.text.trim()) {
        this.text = "/";
        this.dismissed = false;
      }
      this.focus();
    },
    focus() {
      this.$nextTick(() => {
        const field = this.$refs.field;
        field.focus();
        field.selectionStart = field.selectionEnd = field.value.length;
      });
    },
    send() {
      if (this.locked || this.sending || this.over > 0 || !this.text.trim()) return;
      // The same text again goes under the same id, so that it is stored once.
      if (!this.attempt || this.attempt.text !== this.text) this.attempt = { id: newId(), text: this.text };
      this.sending = true;
      this.flush();
      this.$emit("send", { conversation: this.conversation, ...this.attempt });
    },
    sent(id) {
      if (!this.attempt || this.attempt.id !== id) return;
      if (this.text === this.attempt.text) this.text = "";
      this.attempt = null;
      this.sending = false;
      this.typedAt = 0; // what comes next is another message
      this.focus();
    },
    failed(id) {
      if (this.attempt && this.attempt.id === id) this.sending = false;
    },
  },
};
