import MeshChat
import MeshCrypto

/// What stands sealed about a person.
struct PersonRecord: Hashable {
    var id: UserID
    var contact: Person.Contact?
    var profile = Profile.none
    /// The revision of the own profile that this person was sent; 0 for none.
    var sentProfileRevision: UInt64 = 0

    init(id: UserID) {
        self.id = id
    }

    private static let version: UInt8 = 1

    var bytes: [UInt8] {
        var writer = RecordWriter()
        writer.put(Self.version)
        writer.put(id.bytes)
        writer.put(contact) { writer, contact in
            writer.put(contact.name) { $0.put($1) }
            writer.put(contact.addedAtMilliseconds)
        }
        writer.put(profile)
        writer.put(sentProfileRevision)
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(RecordError) {
        var reader = RecordReader(bytes)
        guard try reader.integer(UInt8.self) == Self.version else { throw RecordError() }
        id = UserID(trusted: try reader.fixed())
        contact = try reader.optional { (reader) throws(RecordError) in
            let name = try reader.optional { (reader) throws(RecordError) in try reader.string() }
            return Person.Contact(name: name, addedAtMilliseconds: try reader.integer())
        }
        profile = try reader.profile()
        sentProfileRevision = try reader.integer()
        try reader.finish()
    }
}

/// What stands sealed about an entry.
struct EntryRecord {
    enum Body {
        case message(InnerID, [UInt8])
        case gap(Gap)
    }

    let body: Body
    let sentAtMilliseconds: UInt64
    let receivedAtMilliseconds: UInt64

    private static let version: UInt8 = 1

    init(_ body: Body, sentAt: UInt64, receivedAt: UInt64) {
        self.body = body
        sentAtMilliseconds = sentAt
        receivedAtMilliseconds = receivedAt
    }

    var bytes: [UInt8] {
        var writer = RecordWriter()
        writer.put(Self.version)
        writer.put(sentAtMilliseconds)
        writer.put(receivedAtMilliseconds)
        switch body {
        case .message(let id, let body):
            writer.put(UInt8(1))
            writer.put(id.bytes)
            writer.put(body)
        case .gap(let gap):
            writer.put(UInt8(2))
            writer.put(gap.missing)
            writer.put(gap.isAtLeast)
        }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(RecordError) {
        var reader = RecordReader(bytes)
        guard try reader.integer(UInt8.self) == Self.version else { throw RecordError() }
        sentAtMilliseconds = try reader.integer()
        receivedAtMilliseconds = try reader.integer()
        switch try reader.integer(UInt8.self) {
        case 1: body = .message(InnerID(try reader.fixed()), try reader.bytes())
        case 2: body = .gap(Gap(missing: try reader.integer(), isAtLeast: try reader.bool()))
        default: throw RecordError()
        }
        try reader.finish()
    }
}

extension RecordWriter {
    mutating func put(_ profile: Profile) {
        put(profile.name)
        put(profile.colour) { $0.put($1.rgb) }
    }
}

extension RecordReader {
    mutating func profile() throws(RecordError) -> Profile {
        let name = try string()
        let rgb = try optional { (reader) throws(RecordError) in try reader.integer(UInt32.self) }
        do { return try Profile(name: name, colour: rgb.map { rgb in try Colour(rgb: rgb) }) } catch {
            throw RecordError()
        }
    }
}
