"""A page with a field for a file, on a server that keeps uploads as the app does; short times for the test."""

import asyncio
import os
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from playground.ui.web import upload_room

upload_room.LOOK_EVERY_S = 0.2
upload_room.GONE_S = float(os.environ["GONE_S"])


@asynccontextmanager
async def lifespan(app):
    freeing = asyncio.create_task(upload_room.free_uploads_of_closed_tabs())
    yield {}
    freeing.cancel()


app = st.App("room_page.py", lifespan=lifespan, middleware=[Middleware(upload_room.UploadRoom)])
