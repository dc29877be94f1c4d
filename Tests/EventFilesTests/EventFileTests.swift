import EventFiles
import Files
import Foundation
import TestSupport
import Testing

/// Event files as TensorBoard reads them.
@Suite struct EventFileTests {
  /// RFC 3720 B.4 and the check value of the CRC catalogue.
  @Test func checksumsOfTheStandard() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(CRC32C.checksum([]) == 0)
  }

  /// The first record of every file that TensorFlow writes starts with these twelve bytes: a length
  /// of 24 and its checksum.
  @Test func recordsAreFramedAsTensorFlowDoes() {
    let data = [UInt8](repeating: 7, count: 24)
    let record = TFRecord.framed(data)
    #expect(Array(record[..<12]) == [0x18, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22])
    #expect(Array(record[12..<36]) == data)
    #expect(record.count == 40)
  }

  @Test func filesFollowOneAnother() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("tensorboard")
    let first = try EventFileWriter(folder: path, startingAt: 1).path
    let future = Int(Date.now.timeIntervalSince1970) + 5_000
    try folder.write("", to: "tensorboard/events.out.tfevents.\(future).host.1.0")
    let second = try EventFileWriter(folder: path, startingAt: 2).path
    #expect(
      first.wholeMatch(of: /.*\/events\.out\.tfevents\.\d{10}\..+\.\d+\.0/) != nil, "\(first)")
    #expect(second.contains("tfevents.\(future + 1)."), "behind a host whose clock is ahead")
  }

  /// Every group is there before the file is closed.
  @Test(.enabled(if: TestPython.isProvided, "SWITCH_TEST_PYTHON is not set, as launch/test does"))
  func tensorBoardReadsWhatIsWritten() throws {
    let folder = try TemporaryFolder()
    let png = PlainPNG.gray(width: 2, height: 3, pixels: [0, 50, 100, 150, 200, 250])
    let writer = try EventFileWriter(folder: folder.file("t"), startingAt: 1)
    try writer.write(
      [TaggedValue("a/x", .scalar(0.5)), TaggedValue("a/y", .scalar(.nan))], step: 10)
    try writer.write([TaggedValue("a/x", .scalar(-1e30))], step: 20)
    try writer.write(
      [TaggedValue("a/picture", .grayImage(png: png, width: 2, height: 3))], step: 20)
    let text = try TestPython.run(
      """
      import sys
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      events = EventAccumulator(sys.argv[1]).Reload()
      print(events.file_version, events.Tags()["scalars"], events.Tags()["images"])
      for tag in events.Tags()["scalars"]:
          print([(event.step, event.value) for event in events.Scalars(tag)])
      image, = events.Images("a/picture")
      print(image.step, image.width, image.height, image.encoded_image_string.hex())
      """, folder.file("t"))
    let hex = png.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(
      text == """
        2.0 ['a/x', 'a/y'] ['a/picture']
        [(10, 0.5), (20, \(Self.shown(-1e30)))]
        [(10, nan)]
        20 2 3 \(hex)

        """)
    withExtendedLifetime(writer.path) {}
  }

  /// A Float as Python shows it.
  private static func shown(_ value: Float) -> String { "\(Double(value))" }

  /// What a run did after its last checkpoint is done again.
  @Test(.enabled(if: TestPython.isProvided, "SWITCH_TEST_PYTHON is not set, as launch/test does"))
  func aResumedRunReplacesWhatItRepeats() throws {
    let folder = try TemporaryFolder()
    for (start, steps) in [(1, 1...5), (4, 4...6)] {
      let writer = try EventFileWriter(folder: folder.file("t"), startingAt: start)
      for step in steps {
        try writer.write([TaggedValue("x", .scalar(Double(start)))], step: step)
      }
      // As a run does that goes back.
      guard start == 4 else { continue }
      try writer.restart(at: 6)
      try writer.write([TaggedValue("x", .scalar(9))], step: 6)
    }
    let text = try TestPython.run(
      """
      import sys
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      events = EventAccumulator(sys.argv[1]).Reload()
      print([(event.step, event.value) for event in events.Scalars("x")])
      """, folder.file("t"))
    #expect(text == "[(1, 1.0), (2, 1.0), (3, 1.0), (4, 4.0), (5, 4.0), (6, 9.0)]\n")
  }

  @Test func aFileInTheWayIsOneLine() throws {
    let folder = try TemporaryFolder()
    try folder.write("not a folder", to: "t")
    let error = #expect(throws: FileError.self) {
      _ = try EventFileWriter(folder: folder.file("t"), startingAt: 1).path
    }
    let text = try #require(error).description
    #expect(text.hasPrefix("\(folder.file("t")): ") && text.contains("Not a directory"))
    #expect(!text.contains("\n"))
  }
}
