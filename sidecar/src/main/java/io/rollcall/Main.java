package io.rollcall;

/** Starts the sidecar. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.out.println("rollcall");
  }
}
