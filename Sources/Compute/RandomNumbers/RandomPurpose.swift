/// What a random number is for. Every purpose has numbers of its own, so that drawing more for one
/// never shifts another. The raw values are part of the promise "one seed, one result": never
/// renumber them.
public enum RandomPurpose: UInt32, Sendable {
  case initialization = 1
  case dropout = 2
  case switchMask = 3
  case labeledOrder = 4
  case unlabeledOrder = 5
  case labeledAugmentation = 6
  case unlabeledAugmentation = 7
  case phantom = 8
  case kernelProbe = 9
  case bootstrap = 10
  case division = 11
}
