import Datasets
import Files
import TestSupport
import Testing

/// Data sets as they are distributed.
@Suite struct LayoutTests {
  private func complaint(_ open: () throws -> DatasetSource) throws -> String {
    let line = try #require(#expect(throws: FileError.self) { try open() }).description
    #expect(!line.contains("\n"))
    return line
  }

  // MARK: Recognising

  private static let layouts: [(files: [String], layout: String?, labeled: Int, unlabeled: Int)] = [
    (["images/a.png", "images/b.png", "labels/a.png", "train.txt"], "lists", 1, 1),
    (["images/a.png", "masks/a.png", "images/b.jpg"], "folder", 1, 1),
    (["Images/a.png", "Masks/a_mask.png", "Masks/a_mask_1.png"], "folder", 1, 0),
    (["imgs/a.jpg", "gt/a_segmentation.png"], "folder", 1, 0),
    (["img/a.jpg", "annotations/a_Annotation.png"], "folder", 1, 0),
    (["a.png", "a_mask.png", "b.png", "b-mask.png", "c.png"], "folder", 2, 1),
    (["images/a.png", "images/a_segmentation.png"], "folder", 1, 0),
    (["image/1.PNG", "mask/1.PNG"], "folder", 1, 0),
    (
      ["1_or_data/image/1.PNG", "1_or_data/mask/1.PNG", "2_preprocessed_data/stage1/x.txt"], "ddti",
      1, 0
    ),
    (
      ["2_preprocessed_data/stage1/p_image/1.PNG", "2_preprocessed_data/stage1/p_mask/1.PNG"],
      "ddti", 1, 0
    ),
    (["p_image/1.PNG", "p_mask/1.PNG"], "ddti", 1, 0),
    (
      ["DDTI dataset/DDTI/1_or_data/image/1.PNG", "DDTI dataset/DDTI/1_or_data/mask/1.PNG"], "ddti",
      1, 0
    ),
    (["benign/a.png", "benign/a_mask.png", "malignant/b.png"], "busi", 1, 1),
    (
      [
        "Dataset_BUSI_with_GT/benign/a.png", "Dataset_BUSI_with_GT/benign/a_mask.png", "__MACOSX/x",
        ".DS_Store",
      ], "busi", 1, 0
    ),
    (["trainval-image/0.jpg", "trainval-mask/0.jpg"], "tn3k", 1, 0),
    (["test-image/0.jpg", "test-mask/0.jpg"], "tn3k", 1, 0),
    (["images/._a.png", "masks/._a.png", "images/a.png", "masks/a.png"], "folder", 1, 0),
    (["1_1.jpg", "1.xml"], nil, 0, 0),
    (["pictures/a.bmp"], nil, 0, 0),
    ([], nil, 0, 0),
  ]

  @Test(arguments: layouts.indices)
  func aFolderIsKnownByWhatLiesInIt(row: Int) throws {
    let (files, layout, labeled, unlabeled) = Self.layouts[row]
    let set = try LayoutFolder(files)
    if files.contains("train.txt") { try set.write("train.txt", Array("a\nb\n".utf8)) }
    var said: [String] = []
    var plan = SplitPlan()
    if layout != "lists", layout != "tn3k" { plan.shares = SplitShares("100/0/0") }
    if files.first?.hasPrefix("trainval") == true { plan.shares = SplitShares("100/0/0") }
    func open() throws -> DatasetSource {
      try DatasetSource.open(set.path, layout: nil, imageSize: 32, plan: plan) { said.append($0) }
    }
    guard let layout else {
      let line = try complaint(open)
      #expect(line.contains("looked for images/ with train.txt") && line.contains("(busi)"))
      return
    }
    let source = try open()
    let isSaid = said.count == 1 && said[0].hasPrefix("layout \(layout): ")
    #expect(layout == "lists" ? said.isEmpty : isSaid, "\(said)")
    #expect(source.hasLabel.count { $0 } == labeled, "\(files)")
    #expect(source.hasLabel.count { !$0 } == unlabeled, "\(files)")
  }

  @Test func aLayoutThatIsNotThereIsRefused() throws {
    let set = try LayoutFolder(["images/a.png", "masks/a.png"])
    #expect(
      try complaint { try set.open(.busi) }.contains(
        "looked for benign/, malignant/ and normal/ with NAME_mask.png beside NAME.png (busi); found"
          + " images/, masks/"))
    let xml = try LayoutFolder(["1_1.jpg", "1.xml"])
    #expect(try complaint { try xml.open(.ddti) }.contains("outlines in XML"))
  }

  @Test func trainingOnAFolderWithoutListsNamesTheWay() throws {
    let set = try LayoutFolder.busi()
    let line = try complaint { try DatasetSource.open(set.path) }
    #expect(
      line.hasPrefix(
        "\(set.path): has no lists train.txt, val.txt and test.txt, but has benign/, malignant/, normal/"
      ))
    #expect(
      line.contains("'switch-dist convert --input \(set.path) --layout busi --output NAME.h5'"))
  }

  // MARK: The layouts

  @Test func busiKeepsClassesAndUnitesMasks() throws {
    let set = try LayoutFolder.busi("Dataset_BUSI_with_GT/")
    let source = try set.open()
    #expect(source.count == 21 && source.hasLabel.allSatisfy { $0 })
    #expect(source.classes == source.names.map { String($0.prefix { $0 != " " }) })
    #expect(source.notes.contains { $0.hasPrefix("3 images of class normal") })
    let dataset = try source.loadAll()
    let position = try #require(source.names.firstIndex(of: "benign (4).png"))
    #expect(
      try dataset.mask(position).pixels.count { $0 == 1 } == 3 * 64, "three corners of 2×2 in 8×8")
    let normal = try #require(source.classes.firstIndex(of: "normal"))
    #expect(try !dataset.mask(normal).pixels.contains(1))
    let file = set.folder.file("busi.h5")
    let report = try Conversion.run(source, to: file)
    let classes = try #require(report.file.classes)
    #expect(classes.map(\.name) == ["benign", "malignant", "normal"])
    #expect(classes.map(\.images) == [12, 6, 3])
    #expect(classes.allSatisfy { $0.images == $0.train + $0.validation + $0.test })
    let read = try DatasetSource.open(file)
    #expect(read.classes == source.classes)
    #expect(try read.loadAll().labels == dataset.labels)
  }

  @Test func equalNamesInTwoClassesStayApart() throws {
    let set = try LayoutFolder([
      "benign/1.png", "benign/1_mask.png", "malignant/1.png", "malignant/1_mask.png",
    ])
    let source = try set.open(split: "100/0/0")
    #expect(source.names.sorted() == ["benign_1.png", "malignant_1.png"])
  }

  @Test func tn3kHasItsTestAndItsFold() throws {
    let set = try LayoutFolder()
    for number in 0..<10 {
      for folder in ["trainval-image", "trainval-mask"] {
        try set.write("\(folder)/000\(number).jpg")
      }
    }
    for number in 0..<4 {
      for folder in ["test-image", "test-mask"] { try set.write("\(folder)/000\(number).jpg") }
    }
    let test = (0..<4).map { "test_000\($0).jpg" }
    let free = try set.open(split: "60/20/20")
    #expect(free.list(free.splits.test) == test)
    #expect([free.splits.train.count, free.splits.validation.count] == [8, 2])
    let fold = #"{"train": [3, 1, 0, 9, 8, 7, 5], "val": [2, 6, 4]}"#
    try set.write("tn3k-trainval-fold0.json", Array(fold.utf8))
    let source = try set.open()
    #expect(source.list(source.splits.test) == test)
    #expect(
      source.list(source.splits.validation) == [2, 4, 6].map { "trainval_000\($0).jpg" })
    #expect(source.splits.train.count == 7)
    #expect(source.notes == ["train and val are those of tn3k-trainval-fold0.json"])
    for (text, reason) in [
      (#"{"train": [3, 77], "val": [2]}"#, "names 3 images, of which 2 are in trainval-image/"),
      (#"{"train": [3], "val": [3]}"#, "has image 3 twice"), ("[]", "is not a fold of TN3K"),
    ] {
      try set.write("tn3k-trainval-fold0.json", Array(text.utf8))
      #expect(try complaint { try set.open() }.contains(reason))
    }
  }

  /// Folders for each list, in either order.
  @Test(arguments: [("train/images", "train/masks"), ("images/train", "masks/train")])
  func foldersForEachListAreTheLists(images: String, masks: String) throws {
    let set = try LayoutFolder()
    for (list, count) in [("train", 6), ("valid", 2), ("test", 3)] {
      for number in 0..<count {
        for folder in [images, masks] {
          try set.write("\(folder.replacing("train", with: list))/\(list)\(number).png")
        }
      }
    }
    let source = try set.open()
    for (list, positions) in zip(["train", "valid", "test"], source.splits.positions) {
      #expect(source.list(positions).allSatisfy { $0.hasPrefix(list) }, "\(source.names)")
    }
    #expect(source.splits.titledCounts == [6, 2, 3])
    let divided = try set.open(split: "50/50/0")
    #expect(divided.splits.titledCounts == [4, 4, 3])
    #expect(divided.notes == ["divided 50/50/0 with seed 1, the test images as distributed"])
    #expect(try complaint { try set.open(split: "0/0/100") }.contains("leaves no list"))
  }

  @Test func masksWithoutImagesAndForeignImagesAreNoted() throws {
    let set = try LayoutFolder([
      "images/a.png", "images/b.tif", "masks/a.png", "masks/c.png",
    ])
    let notes = try set.open(split: "100/0/0").notes
    #expect(notes.contains { $0.contains("1 of the 2 masks in") })
    #expect(notes.contains { $0.contains("neither PNG nor JPEG") && $0.contains("b.tif") })
    let unclear = try LayoutFolder(["images/a.png", "masks/a.png", "masks/a.jpg"])
    #expect(try unclear.open(split: "100/0/0").count == 1, "the exact name comes first")
    let twins = try LayoutFolder(["images/a.png", "images/a.jpg", "masks/a.png"])
    #expect(try complaint { try twins.open() }.contains("a.jpg and a.png are two images"))
    let none = try LayoutFolder(["images/a.png", "masks/z.png"])
    #expect(try complaint { try none.open() }.contains("none of its 1 images has a mask"))
  }

  // MARK: Sets for testing only

  @Test func aSetWithATestListOnlyCanBeTestedOn() throws {
    let sample = try SampleFolder()
    try sample.remove("train.txt")
    try sample.remove("val.txt")
    let folder = try DatasetSource.open(sample.path, imageSize: 32)
    #expect(folder.names == SampleFolder.test && folder.splits.test == [0, 1, 2])
    #expect(
      folder.notes == [
        "there is no train.txt and no val.txt: the data set can be tested on, but not trained on"
      ])
    let file = sample.folder.file("test.h5")
    _ = try Conversion.run(folder, to: file)
    let read = try DatasetSource.open(file)
    #expect(read.splits == folder.splits)
    #expect(try read.loadAll().contentDigest() == folder.loadAll().contentDigest())
    try folder.requireList("test")
    try read.requireList("test")
    #expect(
      try complaint {
        try folder.requireAllLists()
        return folder
      }.contains(
        "/train.txt: the list is missing"))
    #expect(
      try complaint {
        try read.requireAllLists()
        return read
      }.contains("its train list is empty"))
  }
}
