from collections import Counter

import read_messages


def test_the_table_has_recall_precision_and_who_reaches_a_person_or_help() -> None:
    read_as = Counter(
        {
            ("crisis", "crisis", True): 6,
            ("crisis", "legal_case", True): 2,
            ("crisis", "legal_case", False): 1,
            ("crisis", "chitchat", False): 1,
            ("chitchat", "crisis", True): 2,
        }
    )
    assert read_messages.table(read_as) == [
        "12 messages, accuracy 0.500",
        "crisis                      10  recall 0.600  precision 0.750  a person 0.900  help 0.800",
        "chitchat                     2  recall 0.000  precision 0.000  a person 1.000  help 1.000",
    ]
