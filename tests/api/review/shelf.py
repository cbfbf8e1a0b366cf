"""A few articles to choose from."""

from collections.abc import Mapping

from api.review.catalogue import KnownArticle

ARTICLES = {
    article.id: article
    for article in (
        KnownArticle("wage-arrears-what-to-do", "被欠薪怎么办", "wage-arrears"),
        KnownArticle("wage-slip-records", "工资条要留多久", "wage-arrears"),
        KnownArticle("annual-leave-days", "年休假有几天", "annual-leave"),
    )
}


class Shelf:
    def articles(self) -> Mapping[str, KnownArticle]:
        return ARTICLES

    def areas(self) -> Mapping[str, str]:
        return {"wage-arrears": "欠薪与工资支付", "annual-leave": "年休假"}
