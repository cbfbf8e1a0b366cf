"""Small articles and documents, and an encoder for tests in which the vectors do not matter."""

import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
import yaml

from knowledge_base.corpus import load_corpus
from knowledge_base.document import Document
from knowledge_base.retrieval.candidates import FEATURES
from knowledge_base.retrieval.decision import DecisionModel, Logistic
from knowledge_base.retrieval.rerank import RankerModel
from knowledge_base.retrieval.settings import SearchSettings

if TYPE_CHECKING:
    # Loads PyTorch, which is slow in the tests that start processes of their own.
    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.engine import SearchEngine

DECISION_MODEL = DecisionModel(
    right=Logistic(-4.0, {"words": 10.0}),
    covered=Logistic(-3.0, {"words": 10.0}),
    answer_from=0.6,
    choices_from=0.4,
)
RANKER = RankerModel(dict.fromkeys(FEATURES, 10.0))
"""Fixed here, so that a new calibration changes no test. What is sure is told by words alone:
another encoder has other cosines."""


def engine_of(
    encoder: "Encoder",
    decision: DecisionModel = DECISION_MODEL,
    settings: SearchSettings | None = None,
) -> "SearchEngine":
    """Return an engine with the sample models."""
    from knowledge_base.engine import SearchEngine

    return SearchEngine.of(encoder, RANKER, decision, settings)


ARTICLE = """\
---
id: annual-leave-days
title: 年休假一年有几天
area: annual-leave
audience: 全体职工
region: 全国
effective_from: 2008-07-17
review_by: 2027-10-31
status: verified
facts: [NX01]
sources:
  - title: 《职工带薪年休假条例》
    article_no: 第三条
    checked_on: 2025-04-19
questions:
  - 年假几天
  - 干了三年年休假有多少
  - 带薪年假怎么算
  - 刚满一年有年假伐
  - 十年工龄年休假几天
  - 工作二十年年假多少天
  - 年休假天数按啥算
  - 刚换单位年假还有伐
related: []
---

## 一句话回答

满一年不满十年的5天，满十年不满二十年的10天，满二十年的15天。

## 怎么办理

跟单位商量好日子，填请假单。

## 依据

《职工带薪年休假条例》第三条。
"""

PARAMETERS = """\
wage.monthly:
  name: 月最低工资
  unit: 元
  region: 杭州市
  versions:
    - value: 2490
      effective_from: 2024-01-01
      effective_to: 2025-12-31
      confirmed: true
      sources: [{title: 报道, checked_on: 2026-11-01}]
      facts: [NX01]
    - value: 2660
      effective_from: 2026-01-01
      confirmed: true
      sources: [{title: 报道, checked_on: 2026-11-01}]
      facts: [NX01]
wage.yearly:
  name: 十二个月
  unit: 元
  region: 杭州市
  versions:
    - of: [wage.monthly]
      times: 12
      effective_from: 2008-05-01
      confirmed: true
      sources: [{title: 《调解仲裁法》, article_no: 第四十七条, checked_on: 2025-04-19}]
      facts: [NX02]
allowance.heat:
  name: 高温津贴
  unit: 元
  region: 浙江省
  format: "{value}元/月"
  versions:
    - value: 300
      effective_from: 2026-06-01
      effective_to: 2026-12-31
      confirmed: false
      sources: [{title: 网页, checked_on: 2026-11-01}]
      facts: [NX01]
allowance.days:
  name: 天数
  unit: 天
  region: 全国
  format: "{value}"
  versions:
    - value: "21.750"
      confirmed: true
      sources: [{title: 通知, checked_on: 2026-11-01}]
      facts: [NX01]
"""
"""A register of dated figures; the tests look at it in November 2026."""


def edited(old: str, new: str) -> str:
    """Return the sample article with one change."""
    assert ARTICLE.count(old) == 1, old
    return ARTICLE.replace(old, new)


def write_article(directory: Path, **changes: Any) -> Path:
    """Write the sample article with other front matter to the folder of its area.

    ``sections`` replaces the body; a value None removes a key.
    """
    _, head_text, body = ARTICLE.split("---\n")
    sections = changes.pop("sections", None)
    head = {**yaml.safe_load(head_text), **changes}
    head = {key: value for key, value in head.items() if value is not None}
    if sections is not None:
        body = "".join(f"\n## {name}\n\n{text}\n" for name, text in sections.items())
    path: Path = directory / head["area"] / f"{head['id']}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    front_matter = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    path.write_text(f"---\n{front_matter}---\n{body}", encoding="utf-8")
    return path


def document(**changes: Any) -> Document:
    """Return a small document."""
    values: dict[str, Any] = {
        "id": "a",
        "title": "年休假",
        "revision": "1",
        "verified": True,
        "source": "条例",
        "sections": {"正文": "满一年的有五天"},
    }
    return Document.model_validate({**values, **changes})


def write_small_corpus(directory: Path) -> None:
    """Write five articles about matters far apart; one is not confirmed, one is over."""
    write_article(
        directory,
        id="mutual-aid",
        title="职工医疗互助怎么申请",
        area="medical-mutual-aid",
        region="杭州市",
        effective_from=date(2021, 1, 1),
        sources=[
            {
                "title": "在职职工医疗互助保障办法",
                "url": "https://example.org/aid",
                "checked_on": date(2026, 10, 1),
            },
            {"title": "余杭工会", "article_no": "第二条", "checked_on": date(2026, 9, 1)},
        ],
        questions=[
            "医疗互助怎么申请",
            "住院了医疗互助能报多少",
            "医疗互助在哪里报销",
            "生病住院工会有补助吗",
            "互助金咋领",
            "看病花了好多钱互助能补伐",
            "互助补助打到哪里",
            "医疗互助申请要几步",
        ],
        related=["health-check", "old-programme", "annual-leave-days"],
        sections={
            "一句话回答": "住院自负的费用，参加了职工医疗互助的可以申请补助。",
            "怎么办理": "1. 打开“浙里办”。\n2. 搜“职工医疗互助”。",
            "需要材料": "- 身份证\n- 医保结算票据",
            "依据": "在职职工医疗互助保障办法。",
        },
    )
    write_article(
        directory,
        id="health-check",
        title="免费体检今年在哪里做",
        area="health-check",
        region="余杭区",
        status="needs_confirmation",
        questions=[
            "免费体检怎么报名",
            "工会体检在哪个医院",
            "体检啥时候",
            "体检要钱吗",
            "一线职工体检",
            "工会今年安排体检伐",
            "体检单去哪里拿",
            "免费查身体找谁",
        ],
        sections={"一句话回答": "今年的安排没有核实，请问单位工会。", "依据": "余杭工会。"},
    )
    write_article(directory)
    write_article(
        directory,
        id="wage-arrears",
        title="被拖欠工资怎么办",
        area="wage-arrears",
        region="浙江省",
        questions=[
            "老板拖欠工资怎么办",
            "工资没发找谁",
            "欠薪去哪里投诉",
            "工钱要不回来",
            "两个月没发工资",
            "老板跑了工资咋办",
            "工地欠钱不给",
            "欠我工钱找哪个部门",
        ],
        sections={
            "一句话回答": "先留好证据，再向劳动监察投诉，也可以申请仲裁。",
            "依据": "保障农民工工资支付条例。",
        },
    )
    write_article(
        directory,
        id="old-programme",
        title="2020年度技能补贴",
        area="training",
        region="余杭区",
        effective_from=date(2020, 1, 1),
        effective_to=date(2020, 12, 31),
        questions=[
            "技能补贴怎么领",
            "考证有补贴吗",
            "技能提升补贴多少钱",
            "培训补贴",
            "证书补贴去哪领",
            "高级工有钱拿伐",
            "技能等级补贴找谁",
            "考出证书奖多少",
        ],
        sections={"一句话回答": "2020年度考到证书的可以领补贴。", "依据": "2020年度的通知。"},
    )


def small_documents(directory: Path) -> list[Document]:
    """Write the five articles and read them back."""
    write_small_corpus(directory)
    corpus = load_corpus(directory)
    assert corpus.problems == ()
    return [Document.from_article(article) for article in corpus.articles.values()]


class FakeEncoder:
    """Vectors made from a digest of the text: fast, and always the same."""

    def __init__(self, *, name: str = "fake", dimension: int = 8) -> None:
        self.name = name
        self.fingerprint = f"{name}:1"
        self.dimension = dimension
        self.encoded: list[str] = []

    @property
    def probe(self) -> npt.NDArray[np.float32]:
        vector: npt.NDArray[np.float32] = self._vectors(["probe"])[0]
        return vector

    def encode_queries(
        self, texts: list[str], *, progress: bool = False
    ) -> npt.NDArray[np.float32]:
        self.encoded += texts
        return self._vectors(texts)

    def encode_passages(
        self, texts: list[str], *, progress: bool = False
    ) -> npt.NDArray[np.float32]:
        return self.encode_queries(texts)

    def _vectors(self, texts: list[str]) -> npt.NDArray[np.float32]:
        rows = []
        for text in texts:
            seed = hashlib.sha256(f"{self.name} {text}".encode()).digest()
            rows.append(np.random.default_rng(list(seed)).normal(size=self.dimension))
        vectors: npt.NDArray[np.float32] = np.array(rows, dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def fake_encoder(*, name: str = "fake", dimension: int = 8) -> "Encoder":
    """Return the fake where an encoder is asked for."""
    return cast("Encoder", FakeEncoder(name=name, dimension=dimension))


class Letters:
    """An analyser that takes each letter as a term, and remembers what it analysed."""

    name = "letters"

    def __init__(self, *, fingerprint: str = "letters:1") -> None:
        self.fingerprint = fingerprint
        self.analysed: list[str] = []

    def tokenize(self, text: str) -> list[str]:
        self.analysed.append(text)
        return [letter for letter in text if letter.isalnum()]
