from knowledge_base.importers.tables import tables_to_lists


def test_each_row_names_its_columns() -> None:
    table = "前\n| 项目 | 金额 |\n| --- | :-: |\n| 住院 | 500元 |\n| 门诊 |  |\n后"
    assert tables_to_lists(table) == "前\n\n- 项目：住院；金额：500元\n- 项目：门诊\n后"


def test_the_first_row_is_the_header_of_three_columns_without_one() -> None:
    table = "|  |  |  |\n| --- | --- | --- |\n| 甲 | 乙 | 丙 |\n| 1 | 2 | 3 |"
    assert tables_to_lists(table) == "\n- 甲：1；乙：2；丙：3"


def test_two_columns_without_a_header_are_pairs() -> None:
    table = "|  |  |\n| --- | --- |\n| 地址 | 某路 |\n| 电话 | 12351 |"
    assert tables_to_lists(table) == "\n- 地址：某路\n- 电话：12351"


def test_a_table_of_one_row_loses_nothing() -> None:
    assert tables_to_lists("| 甲 | 乙 | 丙 |\n| --- | --- | --- |") == "\n- 甲：乙：丙"


def test_two_tables_have_two_headers() -> None:
    tables = "| 甲 |\n|---|\n| 1 |\n\n| 乙 |\n|---|\n| 2 | 3 |"
    assert tables_to_lists(tables) == "\n- 甲：1\n\n\n- 乙：2；3"


def test_other_text_stays() -> None:
    text = "a | b\n---\n- x"
    assert tables_to_lists(text) == text
