import Network

/// The models whose probabilities are averaged, in their order; with mirror images each is a member twice: once for
/// the image, once for its mirror image, left and right exchanged.
package struct Ensemble {
  package let models: [ModelState]
  /// Whether each model sees the mirror image as well.
  package let addsMirrorImages: Bool

  package init(_ models: [ModelState], addsMirrorImages: Bool = false) {
    precondition(!models.isEmpty, "an ensemble without a model")
    self.models = models
    self.addsMirrorImages = addsMirrorImages
  }

  package var memberCount: Int { models.count * (addsMirrorImages ? 2 : 1) }
}
