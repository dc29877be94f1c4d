import VectorInterface

extension Implementation {
  public static func multiplyAndAdd(rounds: Int) -> (operations: Int, result: Float) {
    let factor = Vector(repeating: 0.999)
    let term = Vector(repeating: 0.001)
    var a = (term, term, term, term, term, term)
    var b = a
    for _ in 0..<rounds {
      a.0 = term.addingProduct(a.0, factor)
      a.1 = term.addingProduct(a.1, factor)
      a.2 = term.addingProduct(a.2, factor)
      a.3 = term.addingProduct(a.3, factor)
      a.4 = term.addingProduct(a.4, factor)
      a.5 = term.addingProduct(a.5, factor)
      b.0 = term.addingProduct(b.0, factor)
      b.1 = term.addingProduct(b.1, factor)
      b.2 = term.addingProduct(b.2, factor)
      b.3 = term.addingProduct(b.3, factor)
      b.4 = term.addingProduct(b.4, factor)
      b.5 = term.addingProduct(b.5, factor)
    }
    let sum = a.0 + a.1 + a.2 + a.3 + a.4 + a.5 + b.0 + b.1 + b.2 + b.3 + b.4 + b.5
    return (rounds * 12 * 2 * vectorLanes, sum[0])
  }
}
