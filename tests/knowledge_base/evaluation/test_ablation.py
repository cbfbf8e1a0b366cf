from knowledge_base.evaluation.ablation import ablate


def test_every_variant_is_measured_on_the_same_queries() -> None:
    variants = {
        "all stages": lambda question, k: [("a", 1.0), ("b", 0.5)][:k],
        "without words": lambda question, k: [("b", 1.0), ("a", 0.5)][:k],
    }
    rows = ablate(variants, {"q": "年假"}, {"q": {"a": 1}}, k=10)
    assert list(rows) == ["all stages", "without words"]
    assert [each.values["MRR@10"] for each in rows.values()] == [1.0, 0.5]
