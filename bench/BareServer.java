import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** The floor of memory: an HTTP server of Vert.x with the sidecar's libraries and options, and nothing else. */
final class BareServer {
  public static void main(String[] args) {
    var options = new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2).setInternalBlockingPoolSize(2);
    Vertx.vertx(options)
        .createHttpServer()
        .requestHandler(request -> request.response().end("ok"))
        .listen(Integer.parseInt(args[0]), "127.0.0.1");
  }
}
