import CSystemd
import Glibc

/// Takes journal entries. Behind it is the journal of this machine, or a test.
struct JournalSink: Sendable {
    /// Gives the entry away; 0, or −errno where it was not taken.
    let send: @Sendable (JournalEntry) -> Int32

    /// The journal that listens at /run/systemd/journal/socket, by sd_journal_sendv(3).
    static let system = JournalSink { entry in
        withVectors(entry.fields) { vectors in
            sd_journal_sendv(vectors.baseAddress, Int32(vectors.count))
        }
    }

    /// Lays all fields into one allocation, because iovecs need addresses that hold for the whole call.
    private static func withVectors(_ fields: [[UInt8]], _ body: (UnsafeBufferPointer<iovec>) -> Int32) -> Int32 {
        let size = fields.reduce(0) { $0 + $1.count }
        return withUnsafeTemporaryAllocation(byteCount: max(size, 1), alignment: 1) { bytes in
            withUnsafeTemporaryAllocation(of: iovec.self, capacity: fields.count) { vectors in
                var offset = 0
                for (index, field) in fields.enumerated() {
                    let part = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + field.count])
                    part.copyBytes(from: field)
                    vectors.initializeElement(at: index, to: iovec(iov_base: part.baseAddress, iov_len: field.count))
                    offset += field.count
                }
                return body(UnsafeBufferPointer(vectors))
            }
        }
    }
}
