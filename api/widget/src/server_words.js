// Words of the gateway and of the bot that the window understands. They are Chinese whatever the
// language of the window; tests hold them against the texts of the other side.

const NAMED = /^服务中心的(.+?)已经接手|^已经转给更合适的同事(.+?)，/;
const PROMISE = /您前面还有\d+位|您排在第一位|同事会按顺序回您|上班后会按顺序回您|同事会最先看到/;
const PLACE = /您前面还有(\d+)位/;
const SAYS_PLACE = /您(前面还有\d+位|排在第一位)。/;
const FIRST_PLACE = /您排在第一位/;
const FILE = /^\[(图片|录音|视频|文件：.+)\]$/;
const ASIDE = /^(跳过|直接转人工|转人工|先不算了)$/;

/** The name in a notice that says which colleague has the conversation now, else null. */
export function staffNameIn(text) {
  const match = NAMED.exec(text);
  return match && (match[1] || match[2]);
}

/** What a message promises a worker who waits: the sentence, and his place where it says one. */
export function promiseIn(text) {
  const words = text.split("\n\n").reverse().find((part) => PROMISE.test(part));
  if (!words) return null;
  const ahead = PLACE.exec(words);
  const place = ahead ? Number(ahead[1]) + 1 : FIRST_PLACE.test(words) ? 1 : null;
  return { words: words.replace(SAYS_PLACE, "").replace(/\*\*/g, ""), place };
}

/** What stands in the record in the place of a file, without its brackets; null for a text. */
export function fileIn(text) {
  const match = FILE.exec(text);
  return match && match[1];
}

/** Whether a suggestion leaves a question open rather than answering it. */
export const isAside = (reply) => ASIDE.test(reply.text);

/** Whether a suggestion asks for a person. */
export const asksForPerson = (reply) => /转人工$/.test(reply.text);

/** The word that asks for a person. */
export const PERSON = "转人工";
