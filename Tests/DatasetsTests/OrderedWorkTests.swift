import Datasets
import Files
import Testing

@Suite struct OrderedWorkTests {
  @Test(arguments: [1, 2, 7]) func itemsComeInOrder(threads: Int) throws {
    var numbers: [Int] = []
    try OrderedWork.run(3..<200, threads: threads) {
      $0 * $0
    } use: { number, item in
      #expect(item == number * number)
      numbers.append(number)
    }
    #expect(numbers == Array(3..<200))
  }

  @Test func nothingToDo() throws {
    try OrderedWork.run(4..<4, threads: 3) {
      $0
    } use: { _, _ in
      Issue.record("there is no item")
    }
  }

  @Test(arguments: [1, 4]) func theFirstBadItemIsTheError(threads: Int) {
    var last = -1
    let error = #expect(throws: FileError.self) {
      try OrderedWork.run(0..<100, threads: threads) { number throws(FileError) in
        guard number % 10 != 7 else { throw FileError("item \(number)", "is bad") }
        return number
      } use: { number, _ in
        last = number
      }
    }
    #expect(error?.path == "item 7")
    #expect(last == 6)
  }

  @Test func whoeverUsesThemMayStop() {
    #expect(throws: FileError.self) {
      try OrderedWork.run(0..<100, threads: 3) {
        $0
      } use: { number, _ throws(FileError) in
        if number == 5 { throw FileError("disk", "is full") }
      }
    }
  }
}
