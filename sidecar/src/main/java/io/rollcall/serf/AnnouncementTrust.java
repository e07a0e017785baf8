package io.rollcall.serf;

import org.jspecify.annotations.Nullable;

/**
 * Which announcements count.
 *
 * @param key that backends sign with; null: signatures are ignored, and each is a claim
 * @param signedOnly those without a valid signature do not count
 */
public record AnnouncementTrust(@Nullable String key, boolean signedOnly) {
  /** Each announcement is a claim. */
  public static final AnnouncementTrust CLAIMS = new AnnouncementTrust(null, false);

  @Override
  public String toString() {
    return "AnnouncementTrust[key=%s, signedOnly=%s]"
        .formatted(key == null ? "none" : "set", signedOnly);
  }
}
