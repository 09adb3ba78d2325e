"""What workers compute for networks that play."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call

if TYPE_CHECKING:
    from playground.sequences.music import composing

PLAY_ON = Call("playground.sequences.music.composing:play_on", lambda: composing.play_on)
FOLLOW = Call("playground.sequences.music.composing:follow", lambda: composing.follow)
