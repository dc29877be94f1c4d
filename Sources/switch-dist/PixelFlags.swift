import ArgumentParser
import Datasets
import Imaging

/// Options that say what the values in image and mask files mean.
struct PixelFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      What is lesion in the masks: VALUE[,VALUE], LOW-HIGH, '#RRGGBB' or alpha. (default: the brighter \
      of two values; masks that leave doubt are refused)
      """, valueName: "values"))
  var foreground: MaskForeground?

  @Flag(help: "Turn the masks over.")
  var invert = false

  @OptionGroup var images: WindowFlag

  var rules: PixelRules {
    var rules = images.rules
    rules.foreground = foreground
    rules.invertsMasks = invert
    return rules
  }
}

/// The option for images alone.
struct WindowFlag: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Image values that become black and white: LOW:HIGH, full, the range of their bits, or auto, 8 or \
      12 bits where 16-bit files hold no more. (default: auto)
      """, valueName: "range"))
  var window: GrayWindow?

  var rules: PixelRules {
    var rules = PixelRules()
    rules.window = window
    return rules
  }
}

extension MaskForeground: ExpressibleByArgument {}
extension GrayWindow: ExpressibleByArgument {}
