import Foundation
import Testing

@testable import WorkspaceChecker

@Suite struct UsePatternTests {
    private func found(_ pattern: String, in source: String) -> Bool {
        let tokens = SwiftLexer.tokens(of: source)
        let declared = UseRules.own(in: tokens).union(UseRules.values(in: tokens))
        let use = UsePattern(pattern)
        return tokens.indices.contains { use.matches(at: $0, in: tokens, declared: declared) }
    }

    @Test(
        "a forbidden use is found",
        arguments: [
            ("ContinuousClock", "let c = ContinuousClock()"), ("ContinuousClock", "var c: ContinuousClock.Instant"),
            ("clock_gettime", "Glibc.clock_gettime(0, &t)"), ("Date(", "let d = Date ( )"),
            ("Date(", "Foundation.Date()"), ("Date(", "\"at \\(Date())\""), ("time(", "let t = time(nil)"),
            ("static .now", "let d = Date.now"), ("static .now", "let i: Instant = .now"),
            ("static .now", "f(.now)"), ("static .now", "NIODeadline.now()"), ("static .now", "return .now"),
            (".shuffled( without using", "x.shuffled()"), (".random( without using", "Int.random(in: 0..<f(using: g))"),
            (".random( without using", "let a: Int = .random(in: 0...9)"), ("Task", "Task { await x() }"),
            ("open(", "let f = open(path, 0)"), (".generate( without using", "UserIdentity.generate()"),
        ])
    func uses(pattern: String, source: String) {
        #expect(found(pattern, in: source))
    }

    @Test(
        "what is not that use is left alone",
        arguments: [
            ("ContinuousClock", "// ContinuousClock"), ("ContinuousClock", "\"ContinuousClock\""),
            ("Date(", "enum E { case Date(Int) }"), ("Date(", "UpDate()"), ("time(", "clock.time(nil)"),
            ("time(", "func time(_ x: Int) {}"), ("time(", "let time: () -> Int\ntime()"),
            ("static .now", "state.now"), ("static .now", "f().now"), ("static .now", "a[0].now"),
            ("static .now", "x?.now"), ("static .now", "0...now"), ("static .now", "let now = 1"),
            (".shuffled( without using", "x.shuffled(using: &g)"),
            (".random( without using", "Int.random(in: a(b), using: &g)"),
            ("open(", "func open(_ x: Int) {}\nopen(3)"), ("open(", "store.open(x)"),
            ("Task", "struct Task {}\nlet t = Task()"),
            ("open(", "func f(_ open: () -> Void) { open() }"),
        ])
    func others(pattern: String, source: String) {
        #expect(!found(pattern, in: source))
    }
}
