"""Foreign files become documents: office files, web pages, plain text, workbooks and statutes.

``reading.read_documents`` turns one file into documents, ``storage.ImportedStore`` keeps them,
``batch.import_files`` does both for many files.
"""
