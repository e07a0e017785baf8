package io.rollcall.serf;

/**
 * What the agent says of itself ({@code stats}).
 *
 * @param agentName its own name in the gossip
 * @param healthScore 0 is well; it grows while the agent is too slow for its own probes
 * @param members all that it knows, failed and left ones too
 * @param intentQueue messages that wait to be gossiped, like the other queues; far from 0 when the
 *     agent can't keep up
 * @param encrypted whether the gossip is
 */
public record SerfHealth(
    String agentName,
    int healthScore,
    int members,
    int failed,
    int left,
    int intentQueue,
    int eventQueue,
    int queryQueue,
    boolean encrypted) {}
