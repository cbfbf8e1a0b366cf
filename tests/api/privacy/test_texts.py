from api.privacy.texts import privacy_texts


def test_workers_are_told_what_stays_and_why() -> None:
    texts = privacy_texts()
    assert len(texts.deletion.kept) >= 3
    assert "您" in texts.deletion.done
