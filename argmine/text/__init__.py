"""Paragraphs, sentences and quotations of messy news text, with exact character offsets.

Every function but `english_share` takes any string and returns spans of it: in order, disjoint, in time that grows
linearly with the text. Nothing is normalised, so that offsets are those of the text that came in.

* A **paragraph** ends at a blank line, and at a line break that does not merely wrap the text. A
  headline, a list item, an attribution line are thus paragraphs of their own.
* A **sentence** lies in one paragraph. Closing quotes and brackets belong to the sentence they close,
  list markers, datelines and speakers' names to the sentence they open.
* A **quotation** lies in one paragraph too: one that runs over several paragraphs gives one span for
  each. It includes its marks.

>>> text = "Talks resume\\nGENEVA, May 3 - \\"We stay,\\" Mr. Lund said. \\"The U.S. does too.\\""
>>> [text[s.start : s.end] for s in sentences(text)]
['Talks resume', 'GENEVA, May 3 - "We stay," Mr. Lund said.', '"The U.S. does too."']
>>> [text[q.start : q.end] for q in quotations(text)]
['"We stay,"', '"The U.S. does too."']
>>> [s.paragraph for s in sentences(text)]
[0, 1, 1]
"""

from argmine.text.blocks import paragraphs
from argmine.text.language import english_share
from argmine.text.quotes import quotations
from argmine.text.stops import sentences

__all__ = ["english_share", "paragraphs", "quotations", "sentences"]
