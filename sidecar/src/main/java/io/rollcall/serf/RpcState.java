package io.rollcall.serf;

/** Whether the agent answers; {@code why} is one line for a person that names {@code host:port}. */
public sealed interface RpcState {
  /** The agent is new or was away: what it told before may be old, so the list must be read. */
  record Connected() implements RpcState {}

  /** It is tried again until the client is closed. */
  record Disconnected(String why) implements RpcState {}
}
