package io.rollcall.http;

import io.rollcall.logging.Logfmt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileProps;
import io.vertx.core.file.FileSystem;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificate and key of the server. They are read again when one of the files changes; files that
 * do not fit together leave the earlier pair in use, until they do. Used on one context.
 */
final class CertificateFiles {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private static final int MAX_BYTES = 1024 * 1024;

  /** By kind of key, how it signs. */
  private static final Map<String, String> KEY_TYPES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  private static final byte[] PROBE = {1};

  private final Vertx vertx;
  private final FileSystem files;
  private final TlsFiles paths;
  private String seen = "";
  private @Nullable String failure;

  CertificateFiles(Vertx vertx, TlsFiles paths) {
    this.vertx = vertx;
    this.files = vertx.fileSystem();
    this.paths = paths;
  }

  /** Reads both. */
  Future<PemKeyCertOptions> read() {
    return version().onSuccess(version -> seen = version).compose(_ -> content());
  }

  /** Gives the server each new pair, while it listens. */
  void watch(HttpServer server) {
    vertx.setPeriodic(INTERVAL.toMillis(), _ -> reload(server));
  }

  private void reload(HttpServer server) {
    version()
        .compose(version -> {
          if (version.equals(seen)) {
            return Future.succeededFuture();
          }
          return content()
              .compose(pair ->
                  server.updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(pair), true))
              .onSuccess(_ -> {
                seen = version;
                failure = null;
                LOG.info("{}", Logfmt.of("certificate-loaded").with("file", paths.certificate()));
              });
        })
        .onFailure(this::failed);
  }

  private void failed(Throwable e) {
    String line = String.valueOf(e.getMessage());
    if (!line.equals(failure)) {
      failure = line;
      LOG.warn(
          "{}",
          Logfmt.of("certificate-not-loaded")
              .with("file", paths.certificate())
              .with("text", line + "; the earlier certificate stays in use"));
    }
  }

  private Future<PemKeyCertOptions> content() {
    return Future.all(
            files.readFile(paths.certificate().toString()), files.readFile(paths.key().toString()))
        .map(both ->
            new PemKeyCertOptions().addCertValue(both.resultAt(0)).addKeyValue(both.resultAt(1)))
        .compose(pair -> vertx.executeBlocking(() -> fitting(pair)));
  }

  /** The server would take any key, and every handshake would fail: it is tried here. */
  private PemKeyCertOptions fitting(PemKeyCertOptions pair) throws Exception {
    KeyManager manager = pair.getKeyManagerFactory(vertx).getKeyManagers()[0];
    if (manager instanceof X509KeyManager keys) {
      for (String type : KEY_TYPES.keySet()) {
        String[] aliases = keys.getServerAliases(type, null);
        for (String alias : aliases == null ? new String[0] : aliases) {
          PublicKey open = keys.getCertificateChain(alias)[0].getPublicKey();
          if (!fits(keys.getPrivateKey(alias), open)) {
            throw new IOException(
                "the key in %s is not that of the certificate".formatted(paths.key()));
          }
        }
      }
    }
    return pair;
  }

  private static boolean fits(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
    String algorithm = KEY_TYPES.get(open.getAlgorithm());
    if (algorithm == null || !KEY_TYPES.getOrDefault(secret.getAlgorithm(), "").equals(algorithm)) {
      return algorithm == null;
    }
    var signature = Signature.getInstance(algorithm);
    signature.initSign(secret);
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(open);
    signature.update(PROBE);
    return signature.verify(signed);
  }

  private Future<String> version() {
    return Future.all(version(paths.certificate()), version(paths.key()))
        .map(both -> both.resultAt(0) + " " + both.resultAt(1));
  }

  private Future<String> version(Path file) {
    return files
        .props(file.toString())
        .compose(props ->
            props.size() > MAX_BYTES
                ? Future.failedFuture(file + ": expected a PEM file of up to 1 MiB")
                : Future.succeededFuture(version(props)));
  }

  private static String version(FileProps file) {
    return file.lastModifiedTime() + "/" + file.size();
  }
}
