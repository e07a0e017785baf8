package io.rollcall.core.model;

/**
 * How the agent beside the balancer is protected.
 *
 * @param rpcKey its RPC requires a key
 * @param encrypted gossip is encrypted, so that only agents with the key can join
 */
public record AgentSecurity(boolean rpcKey, boolean encrypted) {}
