package io.rollcall.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A token and what it permits.
 *
 * @param name of the person or program that has it, as journal and page show it
 * @param secret visible ASCII; never shown
 */
public record AccessToken(String name, Role role, String secret) {
  /** What the bearer of a token may do. */
  public enum Role {
    /** Read. */
    VIEWER,
    /** Read and act. */
    OPERATOR
  }

  /** Compares in constant time, so that the time of an answer says nothing about the secret. */
  boolean isSecret(String given) {
    return MessageDigest.isEqual(bytes(given), bytes(secret));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return name + " (" + role + ")";
  }
}
