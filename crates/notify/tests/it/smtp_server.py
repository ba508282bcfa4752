"""A real SMTP server (aiosmtpd) for the tests.

smtp_server.py (plain|starttls|tls) [FOLDER]: listens on a free port of 127.0.0.1 and prints it, then one JSON line for each
mail it takes, before it answers "250". Ends when its input is closed. With encryption it makes an authority of
its own, writes its certificate to FOLDER/ca.pem, and asks for the sign-in "sender" / "right".

Recipients choose what happens: refused@ 550, later@ 451, greylisted@ 451 the first time, too-big@ 552 after the
data, stalls@ no answer ever.
"""

import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# What the tests provoke on purpose is no news: refused handshakes, and sign-in where only we know that TLS is on.
logging.disable(logging.ERROR)
warnings.simplefilter("ignore")

REPLIES = {"refused": "550 5.1.1 No such mailbox here", "later": "451 4.3.0 Try again later"}


class Handler:
    def __init__(self):
        self.greylisted = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.partition("@")[0]
        if local == "stalls":
            await asyncio.Event().wait()
        if local in REPLIES:
            return REPLIES[local]
        if local == "greylisted" and address not in self.greylisted:
            self.greylisted.add(address)
            return "451 4.7.1 Greylisted, please come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if any(address.startswith("too-big@") for address in envelope.rcpt_tos):
            return "552 5.3.4 Message too big"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [
            {"type": part.get_content_type(), "charset": part.get_content_charset(), "text": part.get_content()}
            for part in message.iter_parts()
        ]
        delivery = {
            "recipients": envelope.rcpt_tos,
            "headers": {name: str(value) for name, value in message.items()},
            "type": message.get_content_type(),
            "parts": parts,
            "encrypted": server.transport.get_extra_info("ssl_object") is not None,
            "signed_in": bool(session.authenticated),
        }
        print(json.dumps(delivery), flush=True)
        return "250 2.0.0 Taken"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == b"sender" and data.password == b"right"
    return AuthResult(success=right, handled=right)


def tls_context(folder):
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder + "/ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


async def main(mode, folder):
    handler = Handler()
    options = {"enable_SMTPUTF8": True, "hostname": "mail.test"}
    context = None
    if mode != "plain":
        context = tls_context(folder)
        options |= {"authenticator": authenticate, "auth_required": True}
    if mode == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if mode == "tls":
        # aiosmtpd counts only its own STARTTLS as encryption.
        options |= {"auth_require_tls": False}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, **options), "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


try:
    asyncio.run(main(*sys.argv[1:], *[None] * (3 - len(sys.argv))))
except KeyboardInterrupt:
    pass
