import Foundation
import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct VectorTests {
    @Test("the published vectors are what the code computes")
    func vectors() throws {
        let made = try VectorFile.make()
        if ProcessInfo.processInfo.environment["MESH_WRITE_VECTORS"] != nil { try made.save() }
        #expect(try VectorFile.load() == made)
    }

    @Test("published bad records are refused for the stated reason")
    func badRecords() throws {
        let parameters = Samples.parameters()
        for bad in try VectorFile.load().badRecords {
            do {
                let record = try NodeRecord(decoding: VectorFile.bytes(bad.encoded))
                try record.check(in: parameters)
                Issue.record("\(bad.reason) was taken")
            } catch let error as NodeRecordError {
                #expect(Mirror(reflecting: error).children.first?.label == bad.reason)
            } catch let refusal as NodeRecordRefusal {
                #expect(bad.reason == "signature" && refusal == .signature(Samples.identity(1).id))
            }
        }
    }
}
