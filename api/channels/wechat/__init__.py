"""The WeChat Official Account."""
