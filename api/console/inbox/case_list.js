// The list of cases. Moves by keyboard and counts time in the browser, without asking the server.
const BEEP_HZ = 660;
const BEEP_S = 0.25;
const TICK_MS = 15_000;
const ALARM_KEY = "inbox-alarm";
const SOON_MS = 10 * 60_000;

export default {
  template: `
    <div class="case-list">
      <ul v-if="rows.length" class="case-rows" role="listbox" tabindex="0" :aria-label="texts.label"
          :aria-activedescendant="rows.some((row) => row.id === cursorId) ? 'case-' + cursorId : null" @keydown="onListKey">
        <li v-for="row in rows" :key="row.id" :id="'case-' + row.id" role="option"
            :aria-selected="row.id === selected"
            :class="['case-row', 'tone-' + row.priority, { selected: row.id === selected,
                     cursor: row.id === cursorId, unread: row.unread, aside: row.aside }]"
            @click="open(row.id)">
          <div class="case-line">
            <span class="case-title"><bdi>{{ row.title }}</bdi></span>
            <span v-if="row.unread" class="case-unread" :title="row.unreadTitle">{{ row.unread }}</span>
            <span v-if="chip(row)" :class="['case-chip', chip(row).tone]">{{ chip(row).text }}</span>
          </div>
          <div class="case-summary"><bdi>{{ row.excerpt || row.summary }}</bdi></div>
          <div class="case-meta">
            <span v-if="row.priorityName" :class="['case-priority', 'priority-' + row.priority]">{{ row.priorityName }}</span>
            <span>{{ row.meta }}</span>
            <span v-for="label in row.labels" :key="label.name" :class="['case-label', 'label-' + label.colour]"><bdi>{{ label.name }}</bdi></span>
          </div>
        </li>
      </ul>
      <p v-else class="console-empty">{{ empty }}</p>
      <button v-if="more" type="button" class="case-more" @click="$emit('more')">{{ texts.more }}</button>
      <button type="button" class="case-alarm" :aria-pressed="alarmOn ? 'true' : 'false'" :title="texts.alarm_hint" @click="toggleAlarm">
        {{ alarmOn ? texts.alarm_on : texts.alarm_off }}
      </button>
    </div>
  `,
  props: {
    rows: Array,
    selected: String,
    texts: Object,
    empty: String,
    more: Boolean,
    waiting: Number,
    late: Number,
  },
  emits: ["open", "more", "claim", "resolve"],
  data() {
    return {
      cursorId: this.selected || null,
      now: Date.now(),
      alarmOn: localStorage.getItem(ALARM_KEY) === "on",
      title: document.title,
    };
  },
  mounted() {
    this.timer = setInterval(() => (this.now = Date.now()), TICK_MS);
    document.addEventListener("keydown", this.onKey);
    this.showCount();
  },
  unmounted() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.onKey);
    document.title = this.title;
  },
  watch: {
    selected(id) {
      this.cursorId = id;
    },
    rows() {
      this.now = Date.now();
    },
    waiting(now, before) {
      if (now > before) this.beep();
      this.showCount();
    },
    late(now, before) {
      if (now > before) this.beep();
      this.showCount();
    },
  },
  methods: {
    open(id) {
      this.cursorId = id;
      this.$emit("open", id);
    },
    chip(row) {
      if (row.aside) return { text: row.aside, tone: "calm" };
      if (row.due) {
        const left = row.due - this.now;
        if (left < 0) return { text: this.texts.over.replace("{t}", this.span(-left)), tone: "late" };
        return { text: this.texts.left.replace("{t}", this.span(left)), tone: left < SOON_MS ? "soon" : "calm" };
      }
      if (row.time) return { text: row.time, tone: "plain" };
      return null;
    },
    span(ms) {
      const minutes = Math.floor(ms / 60_000);
      if (minutes < 1) return this.texts.now;
      if (minutes < 60) return this.texts.minutes.replace("{n}", minutes);
      if (minutes < 48 * 60) return this.texts.hours.replace("{n}", Math.floor(minutes / 60));
      return this.texts.days.replace("{n}", Math.floor(minutes / 1440));
    },
    move(step) {
      if (!this.rows.length) return;
      const place = this.rows.findIndex((row) => row.id === this.cursorId);
      const next = Math.min(this.rows.length - 1, Math.max(0, place < 0 ? 0 : place + step));
      this.cursorId = this.rows[next].id;
      this.$nextTick(() =>
        document.getElementById("case-" + this.cursorId)?.scrollIntoView({ block: "nearest" }),
      );
    },
    onListKey(event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this.move(event.key === "ArrowDown" ? 1 : -1);
      }
    },
    onKey(event) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key === "Escape" && typing) {
        typing.blur();
        return;
      }
      if (typing || document.querySelector(".q-dialog")) return;
      const onButton = event.target.closest?.("button, a, [role=tab], .q-item");
      if (event.key === "j") this.move(1);
      else if (event.key === "k") this.move(-1);
      else if (event.key === "Enter" && !onButton && this.cursorId) this.open(this.cursorId);
      else if (event.key === "c") this.$emit("claim");
      else if (event.key === "e") this.$emit("resolve");
      else if (event.key === "r") this.focus(event, ".composer textarea");
      else if (event.key === "/") this.focus(event, ".inbox-search input");
    },
    focus(event, selector) {
      const field = document.querySelector(selector);
      if (!field) return;
      event.preventDefault();
      field.focus();
    },
    toggleAlarm() {
      this.alarmOn = !this.alarmOn;
      localStorage.setItem(ALARM_KEY, this.alarmOn ? "on" : "off");
      this.beep();
      this.showCount();
    },
    showCount() {
      document.title = this.alarmOn && this.waiting ? `(${this.waiting}) ${this.title}` : this.title;
    },
    beep() {
      if (!this.alarmOn) return;
      this.audio ??= new AudioContext();
      const tone = this.audio.createOscillator();
      const volume = this.audio.createGain();
      tone.frequency.value = BEEP_HZ;
      volume.gain.setValueAtTime(0.15, this.audio.currentTime);
      volume.gain.exponentialRampToValueAtTime(0.001, this.audio.currentTime + BEEP_S);
      tone.connect(volume).connect(this.audio.destination);
      tone.start();
      tone.stop(this.audio.currentTime + BEEP_S);
    },
  },
};
