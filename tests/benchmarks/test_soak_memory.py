from benchmarks.soak_memory import Life, Sample, lives, settled, totals


def sample(at_s: float, rasa: tuple[int, float], *, total: float = 100) -> Sample:
    return Sample(at_s, {"gateway": (1, 10.0), "actions": (2, 20.0), "rasa": rasa}, total)


def test_a_total_with_a_young_process_in_it_does_not_count() -> None:
    samples = [
        sample(0, (3, 30)),
        sample(70, (3, 30)),
        sample(80, (4, 5)),
        sample(130, (4, 30)),
        sample(140, (4, 30)),
    ]
    assert [each.at_s for each in settled(samples)] == [70, 140]


def test_nor_does_one_with_a_part_missing() -> None:
    samples = [sample(0, (3, 30)), Sample(70, {"gateway": (1, 10), "actions": (2, 20)}, 60)]
    assert settled(samples) == []


def test_a_window_has_the_median_of_its_totals() -> None:
    samples = [sample(at, (3, 30), total=at) for at in range(0, 200, 10)]
    assert totals(samples, 100, 131) == 115
    assert totals(samples, 0, 50) is None


def test_a_life_counts_from_its_third_minute() -> None:
    samples = [sample(at, (3, 30 if at < 180 else 40 + at / 100)) for at in range(0, 401, 10)]
    samples += [sample(at, (4, 35)) for at in range(410, 700, 10)]
    found = {(life.part, life.pid): life for life in lives(samples)}
    assert found[("rasa", 3)] == Life("rasa", 3, 400, 41.8, 43.9)
    assert round(found[("rasa", 3)].growth, 3) == 0.05
    assert ("rasa", 4) not in found
    assert found[("gateway", 1)].growth == 0
