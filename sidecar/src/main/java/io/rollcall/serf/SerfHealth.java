package io.rollcall.serf;

/**
 * What the agent reports of itself ({@code stats}).
 *
 * @param agentName its own name in the cluster
 * @param healthScore 0 is best; it grows while the agent is too slow for its own probes
 * @param encrypted gossip is encrypted
 */
record SerfHealth(String agentName, int healthScore, boolean encrypted) {}
