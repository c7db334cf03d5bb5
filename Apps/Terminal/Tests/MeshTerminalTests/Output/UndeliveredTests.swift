import Logging
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshRing
import Testing

@testable import MeshTerminal

@Suite("What nodes did not deliver")
struct UndeliveredTests {
    @Test("what was withheld is a warning with the time of the proof, and an event; what is missing an event too")
    func texts() throws {
        let (node, giver) = (NodeIdentity.generate(), NodeIdentity.generate().id)
        let id = SubmissionID(.random())
        let ledger = CustodyLedger(
            [CustodyEntry(.stored, id)], number: 1, timeMilliseconds: 0, network: NetworkID(.random()), by: node)
        let withheld = ClientNotice.withheld(by: node.id, id, ledger.receipt(for: 0..<1), givenBy: giver)
        let start = #""node":"\#(node.id)","submission":"\#(id)","givenBy":"\#(giver)""#
        #expect(NoticeText.text(withheld).level == .warning)
        #expect(NoticeText.text(withheld).text.hasPrefix("\(node.id) withheld message \(id)"))
        #expect(
            NoticeText.event(withheld)?.text
                == #"{"event":"withheld",\#(start),"signedAt":"1970-01-01T00:00:00.000Z"}"#)
        let missing = ClientNotice.missing(at: node.id, id, givenBy: giver)
        #expect(NoticeText.event(missing)?.text == #"{"event":"missing",\#(start)}"#)
    }

    @Test("reports of nodes stand behind the list and in its JSON")
    func listed() throws {
        let store = try ChatStore.inMemory(key: .generate())
        let node = NodeIdentity.generate().id
        let id = SubmissionID(.random())
        try store.report(node, .withheld, of: id, now: 1)
        try store.report(node, .missing, of: id, now: 2)
        let roster = Roster(parameters: try NetworkParameters(laboratory: true, nonce: .random()))
        let view = ClientRoster(roster: roster, members: [], connected: nil, isFresh: true)
        let listing = try #require(NodeListing(view, reports: try store.nodeReports()))
        #expect(listing.plain.contains("\(node) withheld 1 that it had signed for, lacked 1 that others had, last "))
        #expect(listing.json.text.contains(#""reports":[{"node":"\#(node)","withheld":1,"missing":1,"last":"\#(id)""#))
    }
}
