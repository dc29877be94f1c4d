import MPI

#if canImport(Glibc)
  import Glibc
#endif

/// The parallel half of the MPI tests: run under `mpirun` by `ParallelTests`, each rank checks what
/// it received against values computed from rank and size alone.
@main
struct SelfTest {
  static func main() {
    let part = CommandLine.arguments.dropFirst().first ?? "all"
    do {
      try Universe.run { try check(part, $0) }
    } catch {
      exit(2)
    }
  }

  static func check(_ part: String, _ world: Communicator) throws {
    switch part {
    case "collectives": try checkCollectives(world)
    case "nonblocking": try checkNonblocking(world)
    case "groups": try checkGroups(world)
    case "large-counts":
      guard let small = try world.split(color: 0, key: Int32(world.rank), largestCount: 7) else {
        throw SelfTestFailure("split with a color returned no communicator")
      }
      try checkCollectives(small)
      try checkNonblocking(small)
    case "failing-rank":
      if world.rank == world.size - 1 { throw SelfTestFailure("cannot go on") }
      try world.barrier()
      try world.barrier()
    case "shared-failure":
      let sum = try world.agree { Int64(world.rank) }
      try require(sum, Int64(world.rank), "result of work that does not fail")
      try world.agree {
        if world.rank >= world.size - 2 { throw SelfTestFailure("no data on \(world.rank)") }
      }
      throw SelfTestFailure("the failure was not seen")
    case "hang":
      if world.rank == 0 { while true { sleep(1) } }
      try world.barrier()
    case "errors": try checkErrors(world)
    default: throw SelfTestFailure("no part \(part)")
    }
    try world.barrier()
    if world.rank == 0 { print("\(part): passed on \(world.size)") }
  }
}

struct SelfTestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

func require<Value: Equatable>(_ actual: Value, _ expected: Value, _ what: String) throws {
  guard actual == expected else {
    throw SelfTestFailure("\(what): \(actual) instead of \(expected)")
  }
}
