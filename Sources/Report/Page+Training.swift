import Files
import Metrics
import Runs
import Telemetry

extension Page {
  var curves: HTML {
    let border = run.earlierIterations
    let losses = run.series(.iteration) { key in
      ![RunField.learningRate, RunField.imagesPerSecond, RunField.pseudoLabelDice].contains(key)
    }
    func chart(
      _ title: String, _ yTitle: String, startsAtZero: Bool = true,
      _ isWanted: (String) -> Bool
    ) -> HTML? {
      LineChart(
        title: title, yTitle: yTitle, series: losses.filter { isWanted($0.name) }.reversed(),
        border: border,
        startsAtZero: startsAtZero
      ).figure()
    }
    let validation = run.series(.validation) { $0 == RunField.dice }.map { series in
      RunRecording.Series(
        name: "validation Dice", points: series.points.map { ($0.step, $0.value * 100) })
    }
    let rates = run.series(.iteration) { $0 == RunField.learningRate }.map { series in
      RunRecording.Series(name: "learning rate", points: series.points)
    }
    let figures: [HTML?] = [
      LineChart(
        title: "Validation", yTitle: "Dice, %", series: validation, border: border,
        startsAtZero: true
      ).figure(),
      pseudoLabels(border: border),
      chart("Loss and its part from the mixtures (mss)", "loss") { $0 == "total" || $0 == "mss" },
      chart("Cross-entropy by group", "loss") { $0.hasPrefix("ce_") },
      chart("Dice loss by group", "loss") { $0.hasPrefix("dice_") },
      chart("Contrastive loss", "loss before its weight") { $0 == "contrastive" },
      chart("Consistency loss", "loss before its weight") { $0 == "consistency" },
      LineChart(
        title: "Learning rate", yTitle: "rate", series: rates, border: border, startsAtZero: true
      ).figure(),
    ]
    let found = figures.compactMap { $0 }
    guard !found.isEmpty else { return "" }
    return HTML.section("Training", rollbacks + "<div class=\"pair\">\(HTML(found))</div>")
  }

  /// What `--watch-pseudo-labels` found.
  private func pseudoLabels(border: Double) -> HTML? {
    let names = [
      RunField.teacherDice: "teacher against the truth",
      RunField.studentDice: "student against the truth",
      RunField.agreement: "student against the teacher",
    ]
    let watched = run.series(.pseudoLabels) { names[$0] != nil }
    let batches = run.series(.iteration) { $0 == RunField.pseudoLabelDice }
    let series = (watched.reversed() + batches).map { series in
      RunRecording.Series(
        name: names[series.name] ?? "pseudo-labels of a batch",
        points: series.points.map { ($0.step, $0.value * 100) })
    }
    return LineChart(
      title: "Masks of unlabeled images", yTitle: "Dice, %", series: series, border: border,
      startsAtZero: true
    ).figure()
  }

  /// Where the run diverged and went back. A resumed run may do so again: the last counts.
  private var rollbacks: HTML {
    let events = run.events(.divergence).filter { $0[RunField.backTo]?.number != nil }
    let last = Dictionary(events.map { ($0[RunField.rollbacks]?.number ?? 0, $0) }) { $1 }
    let rows = last.sorted { $0.key < $1.key }.map { _, event -> (name: String, value: String) in
      func shown(_ key: String) -> String { event[key]?.shown ?? "?" }
      return (
        "\(shown(RunField.phase)), iteration \(shown(RunField.iteration))",
        "diverged; went back to iteration \(shown(RunField.backTo)), learning rate from "
          + "\(shown(RunField.learningRate)) on"
      )
    }
    return rows.isEmpty ? "" : list(rows)
  }

  var data: HTML {
    let start = run.events(.start).last ?? [:]
    var rows: [(name: String, value: String)] = []
    for (key, name) in [
      (RunField.data, "data set"), (RunField.trainingImages, "training images"),
      (RunField.labeledImages, "of them labeled"), (RunField.validationImages, "validation images"),
      (RunField.testImages, "test images"),
    ] {
      if let value = start[key] { rows.append((name, value.shown)) }
    }
    rows.append(("size", "\(run.imageSize)×\(run.imageSize) pixels"))
    let samples = PictureFiles.names(in: run.folder.samples).map { name in
      PictureFiles.figure(
        "\(run.folder.samples)/\(name)", caption: FileSystem.stem(name, without: ".png"))
    }
    let shown: HTML =
      samples.isEmpty
      ? ""
      : "<h3>Training images, outlined where labeled</h3><div class=\"pictures\">\(HTML(samples))</div>"
    return HTML.section("Data", list(rows) + shown)
  }

  var timing: HTML {
    var rows: [(name: String, value: String)] = []
    for (name, seconds) in run.durations {
      rows.append((name, durationText(seconds: seconds)))
    }
    let memory = run.events(.forwarded).compactMap { $0[RunField.peakResidentMebibytes]?.number }
    if let most = memory.max() {
      rows.append(("memory", "\(decimalText(most, places: 0)) MiB at most in a rank"))
    }
    let speed = run.series(.iteration) { $0 == RunField.imagesPerSecond }
    let chart =
      LineChart(
        title: "Speed", yTitle: "images per second",
        series: speed.map { .init(name: "images/s", points: $0.points) },
        border: run.earlierIterations, startsAtZero: true
      ).figure() ?? ""
    guard !rows.isEmpty || !speed.isEmpty else { return "" }
    return HTML.section("Time and memory", list(rows) + "<div class=\"pair\">\(chart)</div>")
  }

  package var configuration: HTML {
    HTML.section(
      "Configuration",
      """
      \(list(run.settings))<p class="note">The same as options for <code>--config</code>: \
      <code>configuration.yaml</code> in the run’s folder.</p>
      """)
  }

  var provenance: HTML {
    var rows: [(name: String, value: String)] = []
    let start = run.events(.start).last ?? [:]
    if let seed = run.setting("seed") { rows.append(("seed", seed)) }
    for (key, name) in [
      (RunField.toolVersion, "switch-dist"), (RunField.libraries, "libraries"),
      (RunField.sourceDigest, "data digest"), (RunField.vectorUnit, "processor family"),
    ] {
      if let value = start[key] { rows.append((name, value.shown)) }
    }
    let versions = run.arithmeticVersions
    if !versions.isEmpty {
      rows.append(("arithmetic version", versions.joined(separator: ", then ")))
    }
    for event in run.events(.checkpoint) {
      rows.append(
        ("digest of \(event[RunField.file]?.text ?? "")", event[RunField.digest]?.text ?? ""))
    }
    let sessions = run.events(.start).map { event in
      "\(event[RunField.ranks]?.shown ?? "?") × \(event[RunField.threads]?.shown ?? "?")"
    }
    rows.append(("sessions, ranks × threads", sessions.joined(separator: ", ")))
    if let begin = run.time(of: run.events.first), let end = run.time(of: run.events.last) {
      rows += [("began", begin), ("last event", end)]
    }
    return HTML.section(
      "Provenance",
      """
      \(list(rows))<p class="note">One seed, one result: the same data, configuration and seed give the \
      same digests on any number of ranks and threads of any processor.</p>
      """)
  }
}
