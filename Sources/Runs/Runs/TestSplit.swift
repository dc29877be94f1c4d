import Datasets

/// A list of a data set, by the name of its file.
public enum TestSplit: String, CaseIterable, Codable, Sendable {
  case train, val, test

  package func positions(in splits: Dataset.Splits) -> [Int] {
    switch self {
    case .train: splits.train
    case .val: splits.validation
    case .test: splits.test
    }
  }
}
