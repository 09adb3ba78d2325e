"""Status: is the server keeping up with everybody?"""

from playground.ui.frame.page import begin_page
from playground.ui.status.status import draw_status

begin_page("Status", "Is the server keeping up with everybody? For the leader of a workshop.")
draw_status()
