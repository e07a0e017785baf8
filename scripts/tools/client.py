"""Calls every operation of the API with the generated client: client.py URL TOKEN."""
import datetime
import re
import sys

from rollcall_client import ActionsApi, ApiClient, Configuration, HealthApi, StatusApi
from rollcall_client.exceptions import ApiException
from rollcall_client.models import IntentTerms, LookUpSessionRequest, SetWeightRequest

url, token = sys.argv[1:]
client = ApiClient(Configuration(host=url, access_token=token))
called = set()


def call(api, name, *args, **kwargs):
    """The result of an operation; NAME_without_preload_content for what is no JSON and no text."""
    called.add(re.sub("_without.*", "", name).replace("_", ""))
    return getattr(api, name)(*args, **kwargs)


status, actions, health = StatusApi(client), ActionsApi(client), HealthApi(client)
now = call(status, "get_status")
assert now.balancer.name == "ha", now
pool = now.pools[0].backend
member = next(row for row in now.pools[0].members if row.name == "s1")
assert member.gossip == "alive" and member.sessions.current is not None, member
assert call(status, "get_events", since=0).events[0].kind
assert call(status, "get_history", range="hour", pool=pool, members="1").pools[0].members
assert "Pool nodes" in call(status, "get_page")
description = call(status, "get_description_without_preload_content").read().decode()
stream = call(status, "get_stream_without_preload_content")
assert any(line.startswith(b"event: status") for line in stream)
stream.close()
assert call(status, "look_up_session", LookUpSessionRequest(cookie="no such session")).member is None
until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
terms = IntentTerms(reason="a test", until=until)
assert call(actions, "drain_member", pool, "s1", terms).accepted is True
intent = next(row for row in status.get_status().pools[0].members if row.name == "s1").intent
assert "a test" in intent, intent
for name in ("drain_member", "set_maintenance", "set_ready"):
    assert call(actions, name, pool, "s1").accepted is True
assert call(actions, "set_weight", pool, "s1", SetWeightRequest(weight=50)).accepted is True
assert call(actions, "clear_intent", pool, "s1").accepted is True
assert call(actions, "release_hold", pool).accepted is True
assert call(actions, "resync").accepted is True
assert call(actions, "test_mail").accepted is True
assert call(actions, "test_channel", "hook").accepted is True
assert call(health, "get_health") and call(health, "get_readiness")
assert "rollcall_up" in call(health, "get_metrics")

try:
    ActionsApi(ApiClient(Configuration(host=url, access_token="wrong"))).resync()
    raise AssertionError("a wrong token was accepted")
except ApiException as refused:
    assert refused.status == 401 and refused.data.detail, refused

operations = {name.lower() for name in re.findall(r"operationId: (\w+)", description)}
assert called == operations, called ^ operations
print(f"Python: {len(called)} of {len(operations)} operations called")
