package io.rollcall.cli.doctor;

import io.rollcall.config.Loaded.NamedFile;
import java.nio.file.Path;
import java.util.Set;

/**
 * Files that the settings name: the user of the sidecar must read them, and no stranger secrets.
 */
final class SecretFileChecks {
  private static final ServiceUser STRANGER = new ServiceUser("anybody", -1, -1, Set.of());

  private final ServiceUser user;
  private final DiagnosisCollector report;

  SecretFileChecks(ServiceUser user, DiagnosisCollector report) {
    this.user = user;
    this.report = report;
  }

  void examine(NamedFile file) {
    Path path = file.path();
    Path refusing = user.refuses(path, ServiceUser.READ);
    if (refusing != null) {
      report.fail(
          file.setting(),
          "%s: permission denied for the user %s".formatted(refusing, user.name()),
          Cure.run(
              "chgrp %s %s\nchmod g+rX %s"
                  .formatted(ServiceUser.primaryGroup(user), refusing, refusing)));
    } else if (file.secret() && STRANGER.refuses(path, ServiceUser.READ) == null) {
      report.warn(
          file.setting(),
          path + ": every user of this machine can read it",
          Cure.run("chmod o= " + path));
    } else {
      report.ok(file.setting(), path + ": can be read by the user " + user.name());
    }
  }
}
