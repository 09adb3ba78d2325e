"""What workers compute for networks that write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call

if TYPE_CHECKING:
    from playground.sequences.write import baselines, corpora, generating, influence, work, writing

BEGIN = Call("playground.sequences.write.work:begin_writer", lambda: work.begin_writer)
SCORE_NGRAMS = Call("playground.sequences.write.baselines:score_ngrams", lambda: baselines.score_ngrams)
USUAL_ANSWERS = Call("playground.sequences.write.writing:usual_answers", lambda: writing.usual_answers)
WRITE_SAMPLE = Call("playground.sequences.write.generating:write_sample", lambda: generating.write_sample)
WRITE_ON = Call("playground.sequences.write.writing:write_on", lambda: writing.write_on)
LOAD_CORPUS = Call("playground.sequences.write.corpora:load_corpus", lambda: corpora.load_corpus)
READ_TEXT = Call("playground.sequences.write.writing:read_text", lambda: writing.read_text)
FIND_DEPTH_UNIT = Call("playground.sequences.write.writing:find_depth_unit", lambda: writing.find_depth_unit)
INFLUENCE_ON = Call("playground.sequences.write.influence:influence_on", lambda: influence.influence_on)
