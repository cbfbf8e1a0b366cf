"""Files that workers send: photos, documents, recordings and short videos.

What a file is, its own bytes say (``kinds``), never its name or what the sender claims. It is kept
as it came, because a photo of a contract is evidence: nothing is re-encoded, nothing is opened.
A file that is two things at once, such as a photo with a script behind it, is made harmless by how
it is served (``serving``): as what the check found it to be, never sniffed, in a sandbox, and as a
download unless it is a photo.
"""
