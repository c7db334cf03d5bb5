import MeshCrypto
@_spi(Simulation) import MeshRing
import SimulatedNetwork

/// What nodes send each other for membership's sake.
enum MembershipMessage: SimulatedMessage {
    case records([ReportedRecord])
    case digest(Bytes16)
    case rosterRequest
    case core([UInt8])

    /// As in the core protocol's frames: a kind, a length and a state beside each record.
    var byteCount: Int {
        switch self {
        case .records(let reports): reports.reduce(4) { $0 + $1.record.encoded.count + 3 }
        case .digest: 1 + Bytes16.byteCount
        case .rosterRequest: 1 + Bytes32.byteCount
        case .core(let bytes): 1 + bytes.count
        }
    }
}
