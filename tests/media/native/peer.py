"""The native LiveKit client (PyPI `livekit`) and RoomService client (PyPI `livekit-api`) as a peer of the table.

Asked over standard input with one JSON object a line, {"id", "call", "argument"}; answers {"id", "done"} or {"id", "error"}. The
vocabulary is `Calls` in support/peer.ts and `Steward` in support/steward.ts.
"""

import asyncio
import json
import sys

import numpy
from livekit import api, rtc
from livekit.protocol import models, room as service

RATE = 48_000
SOURCES = {
    "camera": rtc.TrackSource.SOURCE_CAMERA,
    "microphone": rtc.TrackSource.SOURCE_MICROPHONE,
    "screen_share": rtc.TrackSource.SOURCE_SCREENSHARE,
}
NAMES = {number: name for name, number in SOURCES.items()}


class Peer:
    def __init__(self) -> None:
        self.room = rtc.Room()
        self.ended = ""
        self.speakers: list[str] = []
        self.data: list[dict] = []
        self.texts: list[dict] = []
        self.files: list[dict] = []
        self.history: list[str] = []
        self.looks: dict[tuple[str, str], dict] = {}
        self.sounds: dict[str, numpy.ndarray] = {}
        self.local: dict[str, tuple[rtc.LocalTrackPublication, rtc.Track, asyncio.Task]] = {}
        self.tasks: dict[str, asyncio.Task] = {}
        self.background: set[asyncio.Task] = set()

    async def join(self, url, token, signature, onePeerConnection, autoSubscribe=True, dynacast=False, **rest):
        self.signature = signature
        self.width = rest.get("cameraWidth", 640)
        self.simulcast = rest.get("simulcast", False)
        self.listen_to(self.room)
        await self.room.connect(
            url,
            token,
            rtc.RoomOptions(
                auto_subscribe=autoSubscribe, dynacast=dynacast, single_peer_connection=onePeerConnection, connect_timeout=15.0
            ),
        )
        self.room.local_participant.register_rpc_method("add", self.add)

    async def add(self, asked: rtc.RpcInvocationData) -> str:
        return str(sum(json.loads(asked.payload)))

    def listen_to(self, room: rtc.Room) -> None:
        def subscribed(track, publication, who):
            key = (who.identity, NAMES.get(publication.source, "unknown"))
            read = self.watch(track, key) if track.kind == rtc.TrackKind.KIND_VIDEO else self.hear(track, key[0])
            self.tasks[publication.sid] = asyncio.create_task(read)

        def unsubscribed(track, publication, who):
            if task := self.tasks.pop(publication.sid, None):
                task.cancel()
            self.looks.pop((who.identity, NAMES.get(publication.source, "unknown")), None)

        def spoke(now):
            self.speakers = [who.identity for who in now]

        def received(packet):
            sender = packet.participant.identity if packet.participant else ""
            self.data.append({"from": sender, "topic": packet.topic or "", "text": packet.data.decode()})

        def over(reason):
            self.ended = rtc.DisconnectReason.Name(reason)
            self.history.append("disconnected")

        async def keep_text(reader, sender):
            self.texts.append({"from": sender, "topic": "notes", "text": await reader.read_all()})

        async def keep_file(reader, sender):
            parts = [part async for part in reader]
            self.files.append({"from": sender, "topic": "files", "text": b"".join(parts).decode()})

        room.on("track_subscribed", subscribed)
        room.on("track_unsubscribed", unsubscribed)
        room.on("active_speakers_changed", spoke)
        room.on("data_received", received)
        room.on("disconnected", over)
        room.on("reconnecting", lambda: self.history.append("resuming"))
        room.on("reconnected", lambda: self.history.append("reconnected"))
        room.register_text_stream_handler("notes", lambda r, s: self.keep(keep_text(r, s)))
        room.register_byte_stream_handler("files", lambda r, s: self.keep(keep_file(r, s)))

    def keep(self, work) -> None:
        task = asyncio.create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    async def watch(self, track, key) -> None:
        async for event in rtc.VideoStream(track, format=rtc.VideoBufferType.RGB24):
            frame = event.frame
            # The middle of the picture: the stripe that moves is below it.
            at = (frame.height // 2 * frame.width + frame.width // 2) * 3
            seen = self.looks.setdefault(key, {"frames": 0})
            seen.update(colour=list(bytes(frame.data[at : at + 3])), width=frame.width, height=frame.height)
            seen["frames"] += 1

    async def hear(self, track, identity) -> None:
        async for event in rtc.AudioStream(track, sample_rate=RATE, num_channels=1):
            heard = numpy.frombuffer(bytes(event.frame.data), dtype=numpy.int16)
            self.sounds[identity] = numpy.concatenate([self.sounds.get(identity, heard[:0]), heard])[-8192:]

    async def publish(self, source):
        options = rtc.TrackPublishOptions(source=SOURCES[source], simulcast=self.simulcast and source == "camera")
        if source == "microphone":
            speaker = rtc.AudioSource(RATE, 1)
            track, feed = rtc.LocalAudioTrack.create_audio_track(source, speaker), self.sing(speaker)
        else:
            camera = rtc.VideoSource(self.width, self.width * 9 // 16)
            track, feed = rtc.LocalVideoTrack.create_video_track(source, camera), self.paint(camera, source)
            options.video_encoding.max_bitrate = 600_000
            options.video_encoding.max_framerate = 15
        publication = await self.room.local_participant.publish_track(track, options)
        self.local[source] = (publication, track, asyncio.create_task(feed))
        return {"sid": publication.sid}

    async def paint(self, camera, source) -> None:
        colour = self.signature["colour"] if source == "camera" else [255 - c for c in self.signature["colour"]]
        width, height = self.width, self.width * 9 // 16
        picture = numpy.empty((height, width, 3), dtype=numpy.uint8)
        tick = 0
        while True:
            picture[:] = colour
            left = tick * 16 % (width - 24)
            picture[height * 92 // 100 :, left : left + 24] = 255
            camera.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.RGB24, picture.tobytes()))
            tick += 1
            await asyncio.sleep(1 / 15)

    async def sing(self, speaker) -> None:
        at = 0
        while True:
            time = numpy.arange(at, at + 480) / RATE
            wave = (16_000 * numpy.sin(2 * numpy.pi * self.signature["tone"] * time)).astype(numpy.int16)
            await speaker.capture_frame(rtc.AudioFrame(wave.tobytes(), RATE, 1, 480))
            at += 480

    async def unpublish(self, source):
        publication, _, feed = self.local.pop(source)
        feed.cancel()
        await self.room.local_participant.unpublish_track(publication.sid)

    async def mute(self, source, muted):
        track = self.local[source][1]
        track.mute() if muted else track.unmute()

    def person(self, who) -> dict:
        tracks = {
            NAMES.get(track.source, "unknown"): {
                "sid": track.sid,
                "muted": track.muted,
                "subscribed": getattr(track, "subscribed", False),
            }
            for track in who.track_publications.values()
        }
        return {
            "sid": who.sid,
            "name": who.name,
            "metadata": who.metadata,
            "attributes": dict(who.attributes),
            "quality": who.connection_quality.name.removeprefix("QUALITY_").lower(),
            "tracks": tracks,
        }

    async def observe(self):
        states = {0: "disconnected", 1: "connected", 2: "reconnecting"}
        return {
            "state": states[self.room.connection_state],
            "ended": self.ended,
            "me": self.person(self.room.local_participant),
            "others": {identity: self.person(who) for identity, who in self.room.remote_participants.items()},
            "speakers": self.speakers,
            "data": self.data,
            "texts": self.texts,
            "files": self.files,
            "history": self.history,
        }

    async def look(self, at, source):
        return self.looks.get((at, source)) or {"colour": [0, 0, 0], "width": 0, "height": 0, "frames": 0}

    async def listen(self, to):
        heard = self.sounds.pop(to, numpy.zeros(0))
        if len(heard) < 4096 or numpy.abs(heard).max() < 200:
            return {"tone": 0}
        spectrum = numpy.abs(numpy.fft.rfft(heard * numpy.hanning(len(heard))))
        return {"tone": float(spectrum[1:].argmax() + 1) * RATE / len(heard)}

    async def send(self, text, topic, reliable, to=()):
        await self.room.local_participant.publish_data(text, reliable=reliable, topic=topic, destination_identities=list(to))

    async def sendText(self, text, topic, to=()):
        await self.room.local_participant.send_text(text, topic=topic, destination_identities=list(to))

    async def sendFile(self, text, topic):
        await self.room.local_participant.send_bytes(text.encode(), name="file.txt", topic=topic)

    async def call(self, to, method, payload):
        try:
            return {"answer": await self.room.local_participant.perform_rpc(destination_identity=to, method=method, payload=payload)}
        except rtc.RpcError as error:
            return {"error": error.message}

    async def rename(self, name=None, metadata=None, attributes=None):
        me = self.room.local_participant
        if name is not None:
            await me.set_name(name)
        if metadata is not None:
            await me.set_metadata(metadata)
        if attributes is not None:
            await me.set_attributes(attributes)

    def remote(self, identity, source):
        for track in self.room.remote_participants[identity].track_publications.values():
            if track.source == SOURCES[source]:
                return track
        raise LookupError(f"{identity} has no {source}")

    async def subscribe(self, to, source, on):
        self.remote(to, source).set_subscribed(on)

    async def quality_(self, of, quality):
        wanted = {"low": rtc.VideoQuality.VIDEO_QUALITY_LOW, "medium": rtc.VideoQuality.VIDEO_QUALITY_MEDIUM}
        self.remote(of, "camera").set_video_quality(wanted.get(quality, rtc.VideoQuality.VIDEO_QUALITY_HIGH))

    async def permit(self, identities):
        self.room.local_participant.set_track_subscription_permissions(
            allow_all_participants=False,
            participant_permissions=[
                rtc.ParticipantTrackPermission(participant_identity=identity, allow_all=True) for identity in identities
            ],
        )

    async def leave(self):
        await self.room.disconnect()


class Steward:
    """The RoomService through `livekit-api`. Answers are what a scenario compares, not whole messages."""

    async def open(self, url, key, secret):
        self.api = api.LiveKitAPI(url, key, secret)
        self.service = self.api.room

    async def guarded(self, work):
        try:
            return {"done": await work}
        except api.TwirpError as error:
            return {"refused": error.code}

    async def create(self, room, maxParticipants=0, emptyTimeout=0):
        async def work():
            made = await self.service.create_room(
                api.CreateRoomRequest(name=room, max_participants=maxParticipants, empty_timeout=emptyTimeout)
            )
            return {"name": made.name, "sid": made.sid}

        return await self.guarded(work())

    async def rooms(self, names=()):
        async def work():
            found = await self.service.list_rooms(api.ListRoomsRequest(names=list(names)))
            return [room.name for room in found.rooms]

        return await self.guarded(work())

    async def delete(self, room):
        async def work():
            await self.service.delete_room(api.DeleteRoomRequest(room=room))

        return await self.guarded(work())

    async def people(self, room):
        async def work():
            found = await self.service.list_participants(api.ListParticipantsRequest(room=room))
            return [describe(who) for who in found.participants]

        return await self.guarded(work())

    async def person(self, room, identity):
        async def work():
            return describe(await self.service.get_participant(api.RoomParticipantIdentity(room=room, identity=identity)))

        return await self.guarded(work())

    async def remove(self, room, identity):
        async def work():
            await self.service.remove_participant(api.RoomParticipantIdentity(room=room, identity=identity))

        return await self.guarded(work())

    async def mute(self, room, identity, track, muted):
        async def work():
            await self.service.mute_published_track(
                api.MuteRoomTrackRequest(room=room, identity=identity, track_sid=track, muted=muted)
            )

        return await self.guarded(work())

    async def update(self, room, identity, name=None, metadata=None, attributes=None, permission=None):
        async def work():
            asked = api.UpdateParticipantRequest(room=room, identity=identity)
            if name is not None:
                asked.name = name
            if metadata is not None:
                asked.metadata = metadata
            for key, value in (attributes or {}).items():
                asked.attributes[key] = value
            if permission is not None:
                asked.permission.CopyFrom(
                    models.ParticipantPermission(
                        can_publish=permission["canPublish"],
                        can_subscribe=permission["canSubscribe"],
                        can_publish_data=permission["canPublishData"],
                    )
                )
            await self.service.update_participant(asked)

        return await self.guarded(work())

    async def subscriptions(self, room, identity, tracks, subscribe):
        async def work():
            await self.service.update_subscriptions(
                api.UpdateSubscriptionsRequest(room=room, identity=identity, track_sids=tracks, subscribe=subscribe)
            )

        return await self.guarded(work())

    async def send(self, room, text, topic, to=()):
        async def work():
            await self.service.send_data(
                service.SendDataRequest(
                    room=room,
                    data=text.encode(),
                    kind=models.DataPacket.Kind.RELIABLE,
                    destination_identities=list(to),
                    topic=topic,
                )
            )

        return await self.guarded(work())

    async def describe(self, room, metadata):
        async def work():
            changed = await self.service.update_room_metadata(api.UpdateRoomMetadataRequest(room=room, metadata=metadata))
            return changed.metadata

        return await self.guarded(work())

    async def leave(self):
        await self.api.aclose()


def describe(who) -> dict:
    return {"identity": who.identity, "sid": who.sid, "name": who.name, "tracks": [track.sid for track in who.tracks]}


async def main() -> None:
    speaker = Steward() if sys.argv[1:] == ["steward"] else Peer()
    lines = asyncio.StreamReader(limit=1 << 24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)

    async def answer(asked) -> None:
        try:
            call = "quality_" if asked["call"] == "quality" else asked["call"]
            reply = {"done": await getattr(speaker, call)(**asked["argument"])}
        except Exception as error:  # whatever goes wrong is the scenario's to judge
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"id": asked["id"], **reply}), flush=True)

    pending: set[asyncio.Task] = set()
    while line := await lines.readline():
        task = asyncio.create_task(answer(json.loads(line)))
        pending.add(task)
        task.add_done_callback(pending.discard)
    await speaker.leave()


asyncio.run(main())
