from api.members.masking import mask_id_number, mask_name, mask_phone


def test_the_middle_is_covered() -> None:
    assert mask_id_number("330199199001011234") == "3301**********1234"
    assert mask_phone("13812345678") == "138****5678"


def test_a_name_keeps_its_first_character_and_hides_its_length() -> None:
    assert mask_name("张三") == mask_name("张三丰") == "张*"
    assert mask_name("张") == "*"


def test_what_is_too_short_is_covered_whole() -> None:
    assert mask_id_number("12345678") == "********"
    assert mask_phone("110") == "***"
