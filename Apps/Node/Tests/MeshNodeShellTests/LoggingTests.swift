import Logging
import NIOConcurrencyHelpers
import Testing

@testable import MeshNodeShell

@Suite struct LineLogTests {
    private func lines(timestamps: Bool = false, _ body: (Logger) -> Void) -> [String] {
        let lines = Collector<String>()
        let logger = Logger(label: "test") { _ in
            LineLogHandler(
                level: .debug, timestamps: timestamps, sink: LineSink { lines.add($0) }, clock: { 1_795_465_116_123 })
        }
        body(logger)
        return lines.all
    }

    @Test("line log, event with metadata, level, message and sorted pairs")
    func plain() {
        let got = lines { $0.notice("serving", metadata: ["event": "started", "address": "127.0.0.1:1", "a": "b c"]) }
        #expect(got == ["notice serving a=\"b c\" address=127.0.0.1:1 event=started\n"])
    }

    @Test("line log, timestamps wanted, RFC 3339 in front")
    func timestamp() {
        #expect(lines(timestamps: true) { $0.info("x") } == ["2026-11-23T20:18:36.123Z info x\n"])
    }

    @Test("line log, newlines and terminal codes in message and values, one harmless line")
    func hostileText() {
        let got = lines { $0.error("a\nnotice forged", metadata: ["peer": "\u{1b}[2J\r\n\u{202e}x", "e": ""]) }
        #expect(got == ["error a\\nnotice forged e=\"\" peer=\\u{1B}[2J\\r\\n\\u{202E}x\n"])
    }

    @Test("line log, event below the level, nothing")
    func level() { #expect(lines { $0.trace("x") }.isEmpty) }

    @Test("line log, error attached, written as a pair")
    func error() {
        struct Failure: Error, CustomStringConvertible { var description: String { "disk full" } }
        #expect(lines { $0.warning("w", error: Failure()) } == ["warning w error=\"disk full\"\n"])
    }

    @Test("metadata, of event over logger over provider, nested values written out")
    func metadata() {
        let provider = Logger.MetadataProvider { ["a": "provider", "b": "provider", "c": "provider"] }
        let merged = LogText.merged(
            provider: provider, logger: ["a": "logger", "b": "logger"],
            event: ["a": ["x", .dictionary(["z": "1", "y": .stringConvertible(2)])]])
        #expect(merged.map { "\($0.key)=\($0.value)" } == ["a=[x, [y: 2, z: 1]]", "b=logger", "c=provider"])
    }
}

@Suite struct JournalLogTests {
    private func entries(result: Int32 = 0, lines: Collector<String> = Collector(), _ body: (Logger) -> Void)
        -> [[String]]
    {
        let entries = Collector<[String]>()
        let sink = JournalSink { entry in
            entries.add(entry.fields.map { String(decoding: $0, as: UTF8.self) })
            return result
        }
        let logger = Logger(label: "node") { label in
            JournalLogHandler(
                label: label, identifier: "mesh-node", level: .info, sink: sink, fallback: LineSink { lines.add($0) })
        }
        body(logger)
        return entries.all
    }

    @Test("journal log, event with metadata, structured fields")
    func fields() {
        let got = entries { logger in
            logger.notice("serving", metadata: ["event": "started"], file: "Node.swift", function: "run()", line: 7)
        }
        #expect(
            got == [
                [
                    "MESSAGE=serving", "PRIORITY=5", "SYSLOG_IDENTIFIER=mesh-node", "CODE_FILE=Node.swift",
                    "CODE_LINE=7", "CODE_FUNC=run()", "MESH_LOGGER=node", "MESH_EVENT=started",
                ]
            ])
    }

    @Test("journal log, newlines in message and values, kept as they are in their own field")
    func newlines() {
        let got = entries { $0.error("two\nlines", metadata: ["reason": "a\nPRIORITY=0"]) }
        #expect(got[0].contains("MESSAGE=two\nlines"))
        #expect(got[0].contains("MESH_REASON=a\nPRIORITY=0"))
    }

    @Test("journal log, journal refuses, line on stderr instead")
    func refused() {
        let lines = Collector<String>()
        _ = entries(result: -28, lines: lines) { $0.info("full", metadata: ["event": "x"]) }
        #expect(lines.all == ["info full event=x\n"])
    }

    @Test(
        "field names, any metadata key, valid names of the journal with the prefix",
        arguments: [
            ("event", "MESH_EVENT"), ("rosterDigest", "MESH_ROSTER_DIGEST"), ("peer-id", "MESH_PEER_ID"),
            ("MESH_NODE", "MESH_NODE"), ("_PID", "MESH__PID"), ("größe", "MESH_GR__E"), ("", "MESH_"),
            ("sha256Sum", "MESH_SHA256_SUM"), ("a=b\nC", "MESH_A_B_C"),
        ])
    func fieldNames(key: String, name: String) { #expect(JournalEntry.fieldName(key) == name) }

    @Test("field names, very long key, cut to what the journal takes")
    func longName() {
        #expect(JournalEntry.fieldName(String(repeating: "k", count: 200)).count == JournalEntry.nameLimit)
    }

    @Test("priorities, every level, syslog's number")
    func priorities() {
        #expect(Logger.Level.allCases.map(LogText.priority) == [7, 7, 6, 5, 4, 3, 2])
    }

    @Test("system sink, no journal on this machine or one, no trap")
    func systemSink() {
        let logger = Logger(label: "test") { label in
            JournalLogHandler(label: label, identifier: "mesh-node-test", level: .info)
        }
        logger.info("a test of mesh-node", metadata: ["event": "test"])
    }
}

@Suite struct LogLimiterTests {
    @Test("log limiter, flood, so many lines a period, and how many were left out")
    func flood() {
        let lines = Collector<String>()
        let logger = Logger(label: "t") { _ in
            LineLogHandler(level: .info, timestamps: false, sink: LineSink { lines.add($0) })
        }
        let now = NIOLockedValueBox<UInt64>(5)
        let limiter = LogLimiter { now.withLockedValue { $0 } }
        for _ in 0..<LogLimiter.perPeriod + 7 { limiter.log(logger, "bad", ["event": "violation"]) }
        #expect(lines.all.count == LogLimiter.perPeriod)
        now.withLockedValue { $0 += LogLimiter.periodMilliseconds }
        limiter.log(logger, "bad", ["event": "violation"])
        #expect(
            lines.all.suffix(2) == [
                "warning 7 more of the kind were not logged event=violation\n", "warning bad event=violation\n",
            ])
    }
}

@Suite struct LogTargetTests {
    private let stderr = StreamIdentity(device: 8, inode: 4711)

    @Test("target, stderr is the journal's stream, journal")
    func captured() {
        #expect(LogTarget.choose(.auto, journalStream: "8:4711", stderr: stderr, hasJournal: true) == .journal)
    }

    @Test("target, stderr led elsewhere since, lines with times")
    func redirected() {
        let target = LogTarget.choose(.auto, journalStream: "8:4712", stderr: stderr, hasJournal: true)
        #expect(target == .lines(timestamps: true))
    }

    @Test("target, captured but no journal socket or lines asked for, lines without times")
    func capturedLines() {
        for (wish, hasJournal) in [(LogTarget.Wish.auto, false), (.stderr, true)] {
            let target = LogTarget.choose(wish, journalStream: "8:4711", stderr: stderr, hasJournal: hasJournal)
            #expect(target == .lines(timestamps: false))
        }
    }

    @Test("target, journal asked for on a terminal, journal if there is one")
    func asked() {
        #expect(LogTarget.choose(.journal, journalStream: nil, stderr: stderr, hasJournal: true) == .journal)
        let target = LogTarget.choose(.journal, journalStream: nil, stderr: stderr, hasJournal: false)
        #expect(target == .lines(timestamps: true))
    }

    @Test("JOURNAL_STREAM, malformed, no stream", arguments: ["", "8", "8:", ":1", "8:1:2", "-8:1", "a:b"])
    func malformed(text: String) { #expect(StreamIdentity(text: text) == nil) }
}
