import Logging
import MeshClientCore
import MeshCrypto
import MeshRing
import Testing

@testable import MeshTerminal

@Suite("Split views")
struct SplitViewTests {
    private let node = NodeIdentity.generate().id
    private let user = UserIdentity.generate().id
    private var view: ClientSplitView {
        ClientSplitView(node: node, digest: Bytes16(), sinceMilliseconds: 1_795_424_705_125, users: [user])
    }

    private func listing(asked: Int, differing: [NodeID] = [], _ views: [ClientSplitView] = []) throws -> NodeListing {
        let parameters = try NetworkParameters(laboratory: true, nonce: Bytes16())
        let others = (0..<asked).map { _ in NodeIdentity.generate().id }
        let roster = ClientRoster(
            roster: Roster(parameters: parameters), members: [], connected: nil, isFresh: true, asked: others,
            differing: differing, splitViews: views)
        return try #require(NodeListing(roster))
    }

    @Test("nodes, others see the same network, said in a line")
    func agreement() throws {
        let plain = try listing(asked: 3).plain
        #expect(plain.hasSuffix("\n\n3 nodes asked, all see the same network\n"))
        #expect(try listing(asked: 3).json.text.hasSuffix(#""asked":3,"differing":[],"splitViews":[]}"#))
        #expect(try !listing(asked: 0).plain.contains("asked"))
    }

    @Test("nodes, somebody goes on seeing another network, named in the table's foot and as JSON")
    func disagreement() throws {
        let listing = try listing(asked: 3, differing: [node], [view])
        #expect(listing.plain.contains("3 nodes asked, 1 sees another network at present\nsplit view: since "))
        #expect(listing.plain.contains("\(node) has seen another network"))
        #expect(
            listing.json.text.hasSuffix(
                #""differing":["\#(node)"],"splitViews":[{"node":"\#(node)","digest":"\#(Bytes16().hex)","#
                    + #""since":"2026-11-23T09:05:05.125Z","users":["\#(user)"]}]}"#))
    }

    @Test("notice of a split view, a warning for people and an event for programs; its end an event too")
    func notices() {
        let (level, text) = NoticeText.text(.splitView(view))
        #expect(level == .warning && text.hasPrefix("split view: since "))
        #expect(NoticeText.event(.splitView(view))?.text.hasPrefix(#"{"event":"split-view","node":"\#(node)""#) == true)
        #expect(
            NoticeText.event(.splitViewEnded(node))?.text == #"{"event":"split-view-ended","node":"\#(node)"}"#)
        #expect(NoticeText.event(.residenceChanged(from: nil, to: node)) == nil)
    }
}
