/// Things that are joined pair by pair (Tarjan's union-find).
struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  /// The least of those that `one` is joined with.
  private mutating func root(of one: Int) -> Int {
    var one = one
    while parents[one] != one {
      parents[one] = parents[parents[one]]
      one = parents[one]
    }
    return one
  }

  mutating func areJoined(_ a: Int, _ b: Int) -> Bool { root(of: a) == root(of: b) }

  mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (root(of: a), root(of: b))
    parents[max(a, b)] = min(a, b)
  }

  /// Those that were joined with others, in rising order, by their first.
  var groups: [[Int]] {
    var sets = self
    var members: [[Int]] = Array(repeating: [], count: parents.count)
    for one in parents.indices { members[sets.root(of: one)].append(one) }
    return members.filter { $0.count > 1 }
  }
}
