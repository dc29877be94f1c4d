import Imaging

/// Which lesions of the label a prediction found: 8-connected components, matched one to one, as many as
/// can be, where intersection over union is 0.1 or more.
///
/// A predicted component that overlaps no lesion so much is a false positive; a second one on a lesion that
/// is matched already is neither right nor wrong. Source: the rule of PI-CAI (Saha et al., Lancet Oncology
/// 25, 2024; picai_eval's `evaluate_case`).
struct LesionDetection {
  /// Of the label.
  let lesions: Int
  let found: Int
  let falsePositives: Int

  /// - Parameters:
  ///   - prediction: [height, width], not zero in the foreground
  ///   - label: the same
  init(prediction: [UInt8], label: [UInt8], width: Int, height: Int) {
    let predicted = Components(of: prediction, width: width, height: height)
    let truth = Components(of: label, width: width, height: height)
    lesions = truth.sizes.count
    var candidates = [[Int]](repeating: [], count: lesions)
    var touching = [Bool](repeating: false, count: predicted.sizes.count)
    for overlap in Self.overlaps(truth.labels, predicted.labels) {
      let union = truth.sizes[overlap.lesion] + predicted.sizes[overlap.candidate] - overlap.pixels
      guard 10 * overlap.pixels >= union else { continue }
      candidates[overlap.lesion].append(overlap.candidate)
      touching[overlap.candidate] = true
    }
    falsePositives = touching.count { !$0 }
    var matching = Matching(candidates: candidates, count: predicted.sizes.count)
    found = candidates.indices.count { matching.assign($0) }
  }

  private struct OverlapCount {
    var lesion: Int
    var candidate: Int
    var pixels: Int
  }

  /// Of all pairs that share pixels, each once.
  private static func overlaps(_ truth: [Int32], _ predicted: [Int32]) -> [OverlapCount] {
    let pairs = zip(truth, predicted).compactMap { lesion, candidate -> UInt64? in
      lesion == 0 || candidate == 0 ? nil : UInt64(lesion - 1) << 32 | UInt64(candidate - 1)
    }.sorted()
    var found: [OverlapCount] = []
    var last: UInt64?
    for pair in pairs {
      if pair != last {
        found.append(
          OverlapCount(lesion: Int(pair >> 32), candidate: Int(pair & 0xFFFF_FFFF), pixels: 0))
        last = pair
      }
      found[found.count - 1].pixels += 1
    }
    return found
  }

  /// A largest matching by augmenting paths (Kuhn). Of disjoint components no more than ten overlap another
  /// by a tenth, so that paths are short.
  private struct Matching {
    let candidates: [[Int]]
    /// The lesion of each candidate.
    private var lesions: [Int?]

    init(candidates: [[Int]], count: Int) {
      self.candidates = candidates
      lesions = [Int?](repeating: nil, count: count)
    }

    /// Whether the lesion gets a candidate, and all that had one keep one.
    mutating func assign(_ lesion: Int) -> Bool {
      var visited: Set<Int> = []
      return assign(lesion, visited: &visited)
    }

    private mutating func assign(_ lesion: Int, visited: inout Set<Int>) -> Bool {
      for candidate in candidates[lesion] where visited.insert(candidate).inserted {
        if let other = lesions[candidate], !assign(other, visited: &visited) { continue }
        lesions[candidate] = lesion
        return true
      }
      return false
    }
  }
}
