package io.rollcall.cli.doctor;

import io.rollcall.config.Loaded;

/** Commands of {@code serf} that can be pasted: with the key that the agent requires. */
final class SerfCommand {
  private SerfCommand() {}

  /**
   * The same command, with the key from the file that the service reads it from. Nothing is added
   * where the settings contain the key itself, which must not be printed, or where there is none.
   *
   * @param command {@code serf members}; another one stays as it is
   */
  static String withKey(String command, Loaded.Valid loaded) {
    return loaded.files().stream()
        .filter(file -> file.setting().equals("SIDECAR_SERF_AUTHKEY_FILE"))
        .filter(_ -> command.startsWith("serf "))
        .findFirst()
        .map(file -> "SERF_RPC_AUTH=\"$(cat %s)\" %s".formatted(file.path(), command))
        .orElse(command);
  }
}
