/// What a sender wants besides the answer: one byte; bits without a meaning must be 0.
public struct SubmitOptions: OptionSet, Hashable, Sendable {
    /// The bits as they stand on the wire.
    public let rawValue: UInt8

    /// Takes any bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The members' receipts, as `receipt` frames: those that the answer rests on before it, later ones as they come.
    public static let receipts = SubmitOptions(rawValue: 1)

    private static let known: SubmitOptions = [.receipts]

    init(from reader: inout FieldReader) throws(FrameError) {
        let raw: UInt8 = try reader.integer("options")
        guard Self.known.isSuperset(of: SubmitOptions(rawValue: raw)) else {
            throw .invalidValue(reader.type, field: "options", got: UInt64(raw))
        }
        self.init(rawValue: raw)
    }
}
