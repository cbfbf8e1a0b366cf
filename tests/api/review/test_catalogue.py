"""Articles to choose from are those in service."""

from api.review.catalogue import OwnCatalogue


def test_the_products_own_articles() -> None:
    catalogue = OwnCatalogue()
    articles = catalogue.articles()
    assert articles["wage-arrears-what-to-do"].area == "wage-arrears"
    assert {article.area for article in articles.values()} <= catalogue.areas().keys()
    assert catalogue.articles() is articles
