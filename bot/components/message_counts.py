"""The stock n-gram counts, of messages only.

Stock also counts the n-grams of each token by itself. Nothing here reads those, and they take half
of the time.
"""

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import TEXT
from scipy.sparse import spmatrix


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class MessageCounts(CountVectorsFeaturizer):
    """Adds sentence features, no sequence features."""

    def _create_features(
        self, attribute: str, all_tokens: list[list[str]]
    ) -> tuple[list[spmatrix | None], list[spmatrix | None]]:
        counter = self.vectorizers.get(attribute)
        no_tokens: list[spmatrix | None] = [None] * len(all_tokens)
        if attribute != TEXT or not counter:
            return no_tokens, [None] * len(all_tokens)
        # Joined by spaces as the texts are that the n-grams are learned from.
        return no_tokens, [
            counter.transform([" ".join(tokens)]).tocoo() if tokens else None
            for tokens in all_tokens
        ]
