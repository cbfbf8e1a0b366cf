"""Hand-offs, crisis, declines and the thread, through the running product."""

import json

from tests.e2e.stack import Conversation, Product


def test_a_conversation_opens_with_a_greeting(stack: Product) -> None:
    response = stack.client.post("/api/v1/conversations", json={"channel": "web"})
    assert response.status_code == 201
    body = response.json()
    assert body["status"] == "bot"
    assert body["messages"][0]["author"] == "bot"
    assert body["messages"][0]["quick_replies"]


def test_an_answer_has_the_articles_words_and_its_source(stack: Product) -> None:
    message = stack.ask("医疗互助申请要在几月份之前办")
    assert message["kind"] == "answer"
    (citation,) = message["citations"]
    assert citation["article_id"] == "mutual-aid-claim-deadline"
    assert citation["title"]
    assert citation["source"]
    assert citation["as_of"] == "2026-11-01"
    assert "3月31日" in message["text"]
    assert "<" not in message["text"]
    assert message["html"].startswith("<p>")


def test_an_unconfirmed_article_is_answered_with_a_caution(stack: Product) -> None:
    message = stack.ask("交了多少钱能参加医疗互助 一个人要交几块")
    assert message["kind"] in {"answer", "choices"}
    if message["kind"] == "choices":
        message = stack.ask("医疗互助要交多少钱")
    assert message["citations"][0]["verified"] is False
    assert "没有核实" in message["text"]
    assert "12351" in message["text"]


def test_every_topic_of_the_greeting_leads_somewhere(stack: Product) -> None:
    created = stack.client.post("/api/v1/conversations", json={"channel": "web"}).json()
    for quick_reply in created["messages"][0]["quick_replies"]:
        assert stack.ask(quick_reply["text"])["kind"] in {"answer", "choices", "handoff"}


def test_a_choice_leads_to_its_article(stack: Product, conversation: Conversation) -> None:
    (offer,) = conversation.say("产假")["messages"]
    if offer["kind"] == "choices":
        (offer,) = conversation.say(offer["quick_replies"][0]["text"])["messages"]
    assert offer["kind"] == "answer"


def test_a_dispute_goes_to_a_person_with_its_package(
    stack: Product, conversation: Conversation
) -> None:
    story = "上周五hr说我不胜任把我辞退了 干了六年一分补偿都没有 现在该咋办"
    result = conversation.say(story)
    (opened,) = result["messages"]
    # The case is on the desk at once, while the assistant asks for the facts.
    assert (opened["kind"], result["status"]) == ("handoff", "bot")
    assert opened["citations"]
    assert "先别签" in opened["text"]
    assert "直接转人工" in [each["text"] for each in opened["quick_replies"]]
    queue = json.loads(stack.run("handoffs", "--json"))
    (case,) = [case for case in queue if case["conversation_id"] == conversation.id]
    assert case["reason"] == "legal_case"
    assert case["priority"] == 3
    assert story.split()[0] in case["summary"]
    assert case["package"]["intent"] == "legal_case"
    assert case["package"]["passages"]
    assert conversation.say("单位叫老张五金厂")["messages"][0]["kind"] == "question"
    closing = conversation.say("直接转人工")
    assert (closing["messages"][0]["kind"], closing["status"]) == ("handoff", "waiting")
    queue = json.loads(stack.run("handoffs", "--json"))
    (case,) = [case for case in queue if case["conversation_id"] == conversation.id]
    assert "老张五金厂" in case["case_facts"]["employer"]
    assert case["case_facts"]["when"] == "上周五"
    # The bot is silent from now on; what the worker adds is kept.
    assert conversation.say("我还有录音")["messages"] == []
    assert conversation.history()[-1]["text"] == "我还有录音"


def test_a_person_comes_at_the_first_word(conversation: Conversation) -> None:
    result = conversation.say("转人工")
    assert result["status"] == "waiting"
    assert result["messages"][0]["kind"] == "handoff"


def test_a_crisis_outranks_everything(stack: Product, conversation: Conversation) -> None:
    result = conversation.say("欠了一屁股债 工作也没了 真的不想活了")
    assert result["status"] == "waiting"
    (message,) = result["messages"]
    assert message["kind"] == "handoff"
    for number in ("12356", "120", "110"):
        assert number in message["text"]
    assert "?" not in message["text"]
    queue = json.loads(stack.run("handoffs", "--json"))
    (case,) = [case for case in queue if case["conversation_id"] == conversation.id]
    assert (case["reason"], case["priority"]) == ("crisis", 1)
    assert queue.index(case) == 0 or queue[0]["priority"] == 1


def test_what_is_not_the_unions_matter_is_declined(stack: Product) -> None:
    message = stack.ask("后天会下雪吗")
    assert message["kind"] == "decline"
    assert message["citations"] == []


def test_repeated_failure_ends_with_a_person(conversation: Conversation) -> None:
    kinds = [conversation.say(text)["messages"][0]["kind"] for text in ("🎈🎈", "……", "🎈")]
    assert kinds == ["choices", "question", "handoff"]
    assert conversation.say("还在吗")["status"] == "waiting"
