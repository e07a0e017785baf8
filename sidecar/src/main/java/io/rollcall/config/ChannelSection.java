package io.rollcall.config;

import io.rollcall.config.Settings.ChannelKind;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Reads the section {@code alerts} of the settings. */
final class ChannelSection {
  private final RawSettings given;

  ChannelSection(RawSettings given) {
    this.given = given;
  }

  /**
   * The channels.
   *
   * @param count how many entries {@code alerts.channels} has
   * @param backends those of the configured pools
   */
  List<Settings.ChannelSettings> settings(int count, List<String> backends) {
    var channels = new ArrayList<Settings.ChannelSettings>();
    // alerts by mail are the channel of this name
    var names = new HashSet<>(Set.of("mail"));
    for (int i = 0; i < count; i++) {
      required(SettingKeys.CHANNEL_NAME.at(i));
      required(SettingKeys.CHANNEL_TYPE.at(i));
      required(SettingKeys.CHANNEL_URL.at(i));
      String name = given.optional(SettingKeys.CHANNEL_NAME.at(i));
      ChannelKind type = given.optional(SettingKeys.CHANNEL_TYPE.at(i));
      URI url = given.optional(SettingKeys.CHANNEL_URL.at(i));
      if (name != null && !names.add(name)) {
        given.reject(
            SettingKeys.CHANNEL_NAME.at(i), "a name that no other channel has, and not mail");
      }
      String secret =
          given.secret(
              SettingKeys.CHANNEL_SECRET.at(i),
              SettingKeys.CHANNEL_SECRET_FILE.at(i),
              type == ChannelKind.PAGERDUTY);
      List<String> pools = list(SettingKeys.CHANNEL_POOLS.at(i));
      if (!backends.containsAll(pools)) {
        given.reject(SettingKeys.CHANNEL_POOLS.at(i), "backends of configured pools");
      }
      List<Settings.ChannelSeverity> severities = list(SettingKeys.CHANNEL_SEVERITIES.at(i));
      if (name != null && type != null && url != null) {
        channels.add(new Settings.ChannelSettings(name, type, url, secret, severities, pools));
      }
    }
    return channels;
  }

  private void required(SettingKey<?> key) {
    if (given.text(key).isEmpty()) {
      given.reject(key, key.type().expected());
    }
  }

  private <T> List<T> list(SettingKey<List<T>> key) {
    return Objects.requireNonNullElse(given.optional(key), List.of());
  }
}
