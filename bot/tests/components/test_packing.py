import numpy as np

from components.packing import pack

FIRST, SECOND = [2, 5, 3], [2, 6, 4, 8]


def test_the_texts_stand_one_behind_the_other() -> None:
    packed = pack([FIRST, SECOND])
    assert packed.ids[0, :7].tolist() == [*FIRST, *SECOND]
    assert packed.places[0, :7].tolist() == [0, 1, 2, 0, 1, 2, 3]


def test_the_length_is_rounded_up_to_whole_blocks() -> None:
    lengths = [pack([[1] * tokens]).ids.shape[1] for tokens in (1, 16, 17, 128)]
    assert lengths == [16, 16, 32, 128]


def test_each_text_sees_itself_alone() -> None:
    sight = pack([FIRST, SECOND]).sight[0, 0]
    sees = sight == 0
    assert sees[:3, :3].all()
    assert sees[3:7, 3:7].all()
    assert sees[7:, 7:].all()
    assert not sees[:3, 3:].any()
    assert not sees[3:7, 7:].any()
    np.testing.assert_array_equal(sight, sight.T)


def test_the_shares_give_the_mean_of_each_text() -> None:
    packed = pack([FIRST, SECOND])
    means = packed.shares @ packed.ids[0].astype(np.float32)
    np.testing.assert_allclose(means, [np.mean(FIRST), np.mean(SECOND)], rtol=1e-6)
