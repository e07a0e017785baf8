package io.rollcall.cli.trust;

import java.io.IOException;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes a connection by TLS believe the certificate that the sidecar of the settings shows: by any
 * address, because a balancer is asked at its own one and at that in Serf, which its certificate
 * need not name. Certificates of the authority in the same file count for the names in them.
 */
public final class ServerTrust {
  private ServerTrust() {}

  /**
   * Does nothing for a connection without TLS.
   *
   * @param file PEM with the certificate; null: the authorities of the system count
   */
  public static void apply(URLConnection connection, @Nullable Path file) throws IOException {
    if (file == null || !(connection instanceof HttpsURLConnection tls)) {
      return;
    }
    try (var in = Files.newInputStream(file)) {
      var known =
          new ArrayList<Certificate>(
              CertificateFactory.getInstance("X.509").generateCertificates(in));
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : known) {
        store.setCertificateEntry("c" + store.size(), certificate);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      tls.setSSLSocketFactory(context.getSocketFactory());
      HostnameVerifier standard = tls.getHostnameVerifier();
      tls.setHostnameVerifier(
          (host, session) -> shows(session, known) || standard.verify(host, session));
    } catch (GeneralSecurityException e) {
      throw new IOException("%s: expected PEM certificates: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The server showed one of these certificates itself. */
  private static boolean shows(SSLSession session, List<Certificate> known) {
    try {
      return known.contains(session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException _) {
      return false;
    }
  }
}
