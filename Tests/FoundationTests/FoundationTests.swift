// FoundationTests
