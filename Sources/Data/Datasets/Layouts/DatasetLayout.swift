/// How a folder lays out images, masks and lists.
public enum DatasetLayout: String, CaseIterable, Sendable {
  /// The layout of the published program: `images/`, `labels/` and three lists.
  case lists
  /// Breast ultrasound images (Al-Dhabyani et al. 2020) as distributed.
  case busi
  /// Thyroid nodules (Gong et al. 2021) as distributed.
  case tn3k
  /// Images and masks in two folders, or beside each other.
  case folder
  /// The Digital Database of Thyroid Images in the form with masks in which segmentation uses it.
  case ddti

  /// What such a folder has, in words.
  var marks: String {
    switch self {
    case .lists: "images/ with train.txt, val.txt or test.txt"
    case .busi: "benign/, malignant/ and normal/ with NAME_mask.png beside NAME.png"
    case .tn3k: "trainval-image/ and trainval-mask/, test-image/ and test-mask/"
    case .folder: "images/ beside masks/ or labels/, or NAME_mask.png beside NAME.png"
    case .ddti: "1_or_data/ or 2_preprocessed_data/, or p_image/ and p_mask/"
    }
  }
}
