"""Jieba's words in one spelling, whatever the worker's keyboard wrote.

Traditional characters, capitals and full-width letters become their usual forms in the lemma,
which the n-gram featurizers read; the token itself and its place stay as they were written.
"""

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from components.quantities.folding import fold


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class FoldingTokenizer(JiebaTokenizer):
    """The stock tokenizer over folded text."""

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of an attribute; ``lemma`` is the folded word."""
        text = message.get(attribute)
        folded = fold(text)
        tokens = [
            Token(text[start:end], start, end, lemma=word)
            for word, start, end in jieba.tokenize(folded)
        ]
        return self._apply_token_pattern(tokens)
