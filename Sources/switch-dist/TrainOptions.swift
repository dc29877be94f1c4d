import ArgumentParser
import Files
import Settings

/// The options of one section of the option table, as the command line has them: `RunOption.all` is
/// the only list of them.
struct TrainOptions<Section: OptionSection>: ParsableArguments, CustomReflectable {
  /// What was given, as text by the option's name.
  private(set) var given: [String: String] = [:]

  init() {}

  // ArgumentParser learns a type's options from its mirror and reads each by its name.
  var customMirror: Mirror {
    Mirror(
      self,
      children: Section.options.map { option in
        (label: option.name, value: option.property as Any)
      })
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: NameKey.self)
    for option in Section.options {
      let name = NameKey(option.name)
      switch option.form {
      case .value:
        given[option.name] = try container.decode(Option<String?>.self, forKey: name).wrappedValue
      case .flag(canBeOff: true):
        let isOn = try container.decode(Flag<Bool?>.self, forKey: name).wrappedValue
        given[option.name] = isOn.map { "\($0)" }
      case .flag(canBeOff: false):
        let isOn = try container.decode(Flag<Bool>.self, forKey: name).wrappedValue
        given[option.name] = isOn ? "true" : nil
      }
    }
  }
}

/// A title of the help.
protocol OptionSection {
  static var section: RunOption.Section { get }
}

extension OptionSection {
  static var options: [RunOption] { RunOption.all.filter { $0.section == section } }
}

enum RunSection: OptionSection { static let section = RunOption.Section.run }
enum MethodSection: OptionSection { static let section = RunOption.Section.method }
enum DataSection: OptionSection { static let section = RunOption.Section.data }
enum AugmentationSection: OptionSection { static let section = RunOption.Section.augmentation }
enum ScheduleSection: OptionSection { static let section = RunOption.Section.schedule }

extension RunOption {
  /// The property that would stand in a command for this option.
  fileprivate var property: Any {
    let name = NameSpecification.customLong(name)
    switch form {
    case .value(let placeholder, let completion):
      return Option<String?>(
        name: name, help: ArgumentHelp("\(help)", valueName: placeholder),
        completion: completion.kind)
    case .flag(canBeOff: true):
      return Flag<Bool?>(name: name, inversion: .prefixedNo, help: ArgumentHelp("\(help)"))
    case .flag(canBeOff: false):
      return Flag<Bool>(wrappedValue: false, name: name, help: ArgumentHelp("\(help)"))
    }
  }
}

extension RunOption.Completion {
  fileprivate var kind: CompletionKind? {
    switch self {
    case .nothing: nil
    case .folder: .directory
    case .file(let extensions): .file(extensions: extensions)
    case .words(let words): .list(words)
    }
  }
}
