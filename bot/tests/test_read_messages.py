from collections import Counter

import read_messages


def test_the_table_has_recall_precision_and_who_reaches_a_person() -> None:
    read_as = Counter(
        {
            ("crisis", "crisis"): 6,
            ("crisis", "legal_case"): 3,
            ("crisis", "chitchat"): 1,
            ("chitchat", "crisis"): 2,
        }
    )
    assert read_messages.table(read_as) == [
        "12 messages, accuracy 0.500",
        "crisis                      10  recall 0.600  precision 0.750  a person 0.900",
        "chitchat                     2  recall 0.000  precision 0.000  a person 1.000",
    ]
