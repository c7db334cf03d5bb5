import Foundation
import Glibc
import Testing

/// People who stay connected, each of whom writes to the next one.
final class Crowd {
    private let net: Net
    private let people: [Person]
    private var receivers: [Running] = []
    private var sent = 0

    init(_ net: Net, count: Int) throws {
        self.net = net
        people = try (0..<count).map { try net.person("p\($0)", join: net.nodes[0]) }
        for index in people.indices { try people[index].knows(people[(index + 1) % count], as: "next") }
        receivers = try people.map { try $0.start("receive", "--follow", "--json") }
    }

    /// Everybody writes one line. Who finds nobody to take it keeps it in the outbox, and it goes first the next time.
    func talk() throws {
        sent += 1
        let sending = try people.map { try $0.start("send", "next", "line \(sent)", "--timeout", "20") }
        for running in sending {
            let code = running.ending().code
            #expect(code == 0 || code == 75, "\(running.complained)")
        }
    }

    /// Whether each of these nodes has as many clients as people reside there by their own rosters.
    func isAtHome(_ nodes: [Node]) throws -> Bool {
        var expected: [String: Int] = [:]
        for person in people {
            guard let residence = person.residence else { return false }
            expected[residence, default: 0] += 1
        }
        return nodes.allSatisfy { node in
            guard let id = node.id else { return false }
            return node.clientLinks == expected[id, default: 0]
        }
    }

    /// Nothing is lost and nothing comes twice. A line that lay with a node that was away is shown when it comes, behind
    /// later ones if those have waited for it for 10 s (DESIGN §7).
    func expectAllOnce() async throws {
        for person in people { #expect(try person.run("send", "next", "last", "--timeout", "30").code == 0) }
        try await eventually("all lines have come", seconds: 60) {
            self.receivers.allSatisfy { $0.texts.count >= self.sent + 1 }
        }
        let lines = (1...sent).map { "line \($0)" } + ["last"]
        for receiver in receivers {
            #expect(receiver.isRunning, "\(receiver.complained)")
            #expect(receiver.texts.sorted() == lines.sorted())
            receiver.signal(SIGTERM)
            #expect(receiver.ending().code == 0)
        }
    }
}

extension Running {
    fileprivate var texts: [String] { Ending(code: 0, output: said, errors: "").texts }
}
