import RandomNumbers

/// Lines of a `metrics.jsonl` made at random: sessions that are stopped or killed and go on from an earlier
/// iteration, and divergences that go back.
struct RecordedRun {
  private(set) var lines: [String] = []
  private var time = 1_000_000.0

  init(seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: .kernelProbe, slot: 5)
    var (phase, iteration) = ("pre-training", 0)
    for _ in 0..<random.integer(in: 1..<6) {
      add("start", "\"ranks\":\(random.integer(in: 1..<5)),\"threads\":2,\"data\":\"set\"")
      for _ in 0..<random.integer(in: 0..<25) {
        iteration += 10
        let place = "\"phase\":\"\(phase)\",\"iteration\":\(iteration)"
        let loss = random.integer(in: 0..<9) == 0 ? "null" : "\(random.uniform(in: 0..<2))"
        add(
          "iteration", "\(place),\"total\":\(loss),\"learning_rate\":0.05,\"images_per_second\":9")
        if iteration % 40 == 0 {
          add("validation", "\(place),\"dice\":\(random.uniform(in: 0..<1)),\"best\":true")
        }
        if random.integer(in: 0..<20) == 0 {
          let back = iteration / 40 * 40
          add("divergence", "\(place),\"back_to\":\(back),\"rollbacks\":1")
          iteration = back
        }
        if iteration >= 200, phase == "pre-training" {
          add("phase", "\"phase\":\"\(phase)\",\"iterations\":200,\"best_dice\":null")
          (phase, iteration) = ("self-training", 0)
        }
      }
      if random.integer(in: 0..<2) == 0 {
        add("stopped", "\"phase\":\"\(phase)\",\"iteration\":\(iteration)")
      } else {
        // Killed: the checkpoint that it goes on from is an older one.
        iteration = iteration / 40 * 40
      }
    }
    if random.integer(in: 0..<2) == 0 {
      add("test", "\"images\":3,\"dice\":0.5,\"iou\":0.4,\"hd95\":null,\"asd\":2.5,\"dice_sd\":0.1")
    }
  }

  private mutating func add(_ event: String, _ fields: String) {
    time += 1.5
    lines.append("{\"event\":\"\(event)\",\"time\":\(time),\(fields)}")
  }
}
