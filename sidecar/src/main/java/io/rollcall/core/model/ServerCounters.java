package io.rollcall.core.model;

import org.jspecify.annotations.Nullable;

/**
 * What HAProxy counts and measures of one server. Counters begin with HAProxy's process.
 *
 * @param responses2xx responses with a status from 200 to 299; 0 in {@code mode tcp}, as the next
 * @param queueMillis average time in the queue of the last 1,024 requests
 * @param connectMillis average time to connect of the last 1,024 connections
 * @param responseMillis average time to the first byte of the last 1,024 responses
 * @param downSeconds time in which the check failed, in whole
 * @param changedSeconds time since it last went up or down
 * @param bytesIn sent to it
 * @param bytesOut received from it
 * @param retries connections tried again
 * @param redispatches requests sent to another server, because this one did not answer
 * @param clientAborts transfers that the client ended
 * @param serverAborts transfers that the server ended
 * @param checkMillis duration of its last check
 * @param checkCode of the protocol in the last check, such as the HTTP status; null for none
 * @param checkText what the last check received, or why it failed; foreign text, null for none
 */
public record ServerCounters(
    long responses2xx,
    long responses3xx,
    long responses4xx,
    long responses5xx,
    long queueMillis,
    long connectMillis,
    long responseMillis,
    long downSeconds,
    long changedSeconds,
    long bytesIn,
    long bytesOut,
    long retries,
    long redispatches,
    long clientAborts,
    long serverAborts,
    long checkMillis,
    @Nullable Integer checkCode,
    @Nullable String checkText) {}
