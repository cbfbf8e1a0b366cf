from api.conversations.dialogue import DialogueServers, new_client


def servers(*urls: str) -> DialogueServers:
    return DialogueServers(new_client(), list(urls), secret="s", timeout_s=1, max_chars=10)


def test_losing_a_server_moves_only_its_own_conversations() -> None:
    three, two = servers("a", "b", "c"), servers("a", "b")
    ids = [f"conversation-{number}" for number in range(300)]
    for conversation_id in ids:
        first = three.ranked(conversation_id)[0]
        if first != "c":
            assert two.ranked(conversation_id)[0] == first
    share = sum(three.ranked(conversation_id)[0] == "c" for conversation_id in ids)
    assert 60 < share < 140
