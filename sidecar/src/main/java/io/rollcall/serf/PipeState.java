package io.rollcall.serf;

/** What became of the pipe; {@code why} is one line for a person that names the path. */
public sealed interface PipeState {
  /** It is read from now on; what was said before may be lost, so the list must be read. */
  record Open() implements PipeState {}

  /** Nothing is at its path. A pipe that was open and is removed is still read. */
  record Missing(String why) implements PipeState {}

  /** Something else is at its path: a plain file, a directory. */
  record NotAPipe(String why) implements PipeState {}

  /** It can't be looked at, opened or read. */
  record Failed(String why) implements PipeState {}
}
