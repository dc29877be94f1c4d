/// The files of one case of a folder: an image and the masks that say where its lesions are.
struct CaseFiles: Equatable, Sendable {
  /// Path of the image.
  var image: String
  /// Paths of its masks, whose foregrounds are united; none where the image is unlabeled.
  var masks: [String]
}
