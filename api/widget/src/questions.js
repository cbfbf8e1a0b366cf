// Which input suits a question. The gateway says no more than its words and its suggestions, so
// this reads them; where it is wrong or finds nothing the worker writes, as ever.

import { isAside } from "./server_words.js";

const MANY_OPTIONS = 12;
const GRADES = 10;
const SPAN = /多久|几年/;
const RULES = [
  { find: /哪天|几月几[日号]|什么日子|\d年\d+月\d+日”/, kind: "date" },
  { find: /哪年哪月/, kind: "month" },
  { find: SPAN, kind: "span" },
  { find: /几个?月/, kind: "number", unit: "个月", most: 600 },
  { find: /几个?小时|小时数/, kind: "number", unit: "小时", most: 10000 },
  { find: /几天|多少天|天数/, kind: "number", unit: "天", most: 10000 },
  { find: /几级/, kind: "grade" },
  { find: /几次|多少次/, kind: "number", unit: "次", whole: true, most: 10000 },
  { find: /多少件|几件/, kind: "number", unit: "件", whole: true, most: 10000000 },
  { find: /多少人|几个人/, kind: "number", unit: "人", whole: true, most: 1000000 },
  {
    find: /多少(元|钱|块)|多少.{0,4}(津贴|加班费|工资|补偿)|应发数不太对|个数不太对/,
    kind: "number",
    unit: "元",
    most: 100000000,
  },
];

const lastParagraph = (text) => text.trim().split("\n\n").pop().replace(/\*\*/g, "");

// An example in brackets is no part of what is asked, but shows what kind of day is meant.
const withoutBrackets = (text) => text.replace(/（[^）]*）/g, "");

function wanted(question) {
  const found = RULES.map((rule) => ({ rule, at: question.search(rule.find) }));
  const first = found.filter(({ at }) => at >= 0).sort((one, other) => one.at - other.at)[0];
  return first ? first.rule : null;
}

const isQuestion = ({ author, kind, quick_replies: replies }) =>
  author === "bot" &&
  (kind === "question" || (kind === "handoff" && replies.some((reply) => reply.text === "跳过")));

/**
 * The input for a message: `{kind, unit, whole, most, options, asides}`; null if it asks nothing.
 *
 * `kind`: date, month, span (years and months), number, choice or text. `options` answer the
 * question, `asides` leave it open.
 */
export function inputFor(message) {
  if (!isQuestion(message)) return null;
  const asides = message.quick_replies.filter(isAside);
  const options = message.quick_replies.filter((reply) => !isAside(reply));
  const rule = wanted(withoutBrackets(lastParagraph(message.text)));
  if (rule && rule.kind === "grade" && !options.length) {
    const grades = Array.from({ length: GRADES }, (_, index) => `${index + 1}级`);
    return { kind: "choice", options: grades.map((text) => ({ title: text, text })), asides };
  }
  const isAlternative = rule && rule.unit === "人"; // "just me", or how many
  if (options.length && options.length <= MANY_OPTIONS && !isAlternative) {
    return { kind: "choice", options, asides };
  }
  return { kind: "text", ...(rule || {}), options, asides };
}

/** A day as the bot reads it, of what a date input holds. */
export function dayInWords(value) {
  const [year, month, day] = value.split("-").map(Number);
  return `${year}年${month}月${day ? `${day}日` : ""}`;
}

/** A length of time in words; empty where there is none. */
export function spanInWords(years, months) {
  return (years ? `${years}年` : "") + (months ? `${months}个月` : "");
}
