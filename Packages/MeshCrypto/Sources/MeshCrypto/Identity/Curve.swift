import CSodium

/// What this package asks of Curve25519.
enum Curve {
    /// Whether `key` is a canonical Ed25519 public key of the prime-order subgroup, and none of small order.
    static func isValidPublicKey(_ key: Bytes32) -> Bool {
        _ = Sodium.ready
        guard key.withUnsafeBytes({ crypto_core_ed25519_is_valid_point($0.octets!) }) == 1 else { return false }
        return libraryRefusesMixedOrder || isKilledByGroupOrder(key)
    }

    /// Whether `signature` is an Ed25519 signature (RFC 8032) of `text` as it is by the owner of `key`.
    static func verifies(_ signature: Bytes64, of text: UnsafeRawBufferPointer, key: Bytes32) -> Bool {
        _ = Sodium.ready
        return signature.withUnsafeBytes { signature in
            key.withUnsafeBytes {
                crypto_sign_verify_detached(signature.octets!, text.octets, UInt64(text.count), $0.octets!) == 0
            }
        }
    }

    /// The X25519 public key of an Ed25519 public key; nil if that isn't valid.
    static func agreementKey(of key: Bytes32) -> AgreementKey? {
        _ = Sodium.ready
        var converted = Bytes32()
        let status = converted.withUnsafeMutableBytes { out in
            key.withUnsafeBytes { crypto_sign_ed25519_pk_to_curve25519(out.octets!, $0.octets!) }
        }
        return status == 0 ? AgreementKey(converted) : nil
    }

    /// Whether `key`, an Ed25519 public key in canonical form, converts to the X25519 key with u = (1 + y)/(1 − y)
    /// (RFC 7748, 4.1): by one multiplication. Whether the point is in the prime-order subgroup isn't looked at.
    static func converts(_ key: Bytes32, to agreementKey: AgreementKey) -> Bool {
        let isShort = agreementKey.bytes.word3.littleEndian >> 63 == 0
        guard isShort, let y = CurveField(canonical: key), let u = CurveField(canonical: agreementKey.bytes)
        else { return false }
        return (u * (.one + -y)).bytes == (.one + y).bytes
    }

    /// The X25519 public key of a 32-byte scalar: on the Edwards curve, where the base point's multiples are tabled, and
    /// from there by u = (1 + y)/(1 − y). Two thirds of what the library's ladder takes.
    static func agreementKey(ofSecret scalar: UnsafeRawBufferPointer) -> AgreementKey {
        _ = Sodium.ready
        precondition(scalar.count == Bytes32.byteCount, "an X25519 secret has 32 bytes")
        var key = Bytes32()
        let status = key.withUnsafeMutableBytes { crypto_scalarmult_ed25519_base($0.octets!, scalar.octets!) }
        guard status == 0, let y = CurveField(canonical: key) else {
            // It refuses the scalar zero, which X25519 doesn't.
            _ = key.withUnsafeMutableBytes { crypto_scalarmult_curve25519_base($0.octets!, scalar.octets!) }
            return AgreementKey(key)
        }
        return AgreementKey(((.one + y) * (.one + -y).inverse).bytes)
    }

    /// X25519 into caller's memory of 32 bytes; false, with nothing of use written, if the result would be all zero
    /// (the other key was of small order).
    static func agree(
        secret: UnsafeRawBufferPointer, with key: AgreementKey, into shared: UnsafeMutableRawBufferPointer
    ) -> Bool {
        _ = Sodium.ready
        precondition(secret.count == Bytes32.byteCount && shared.count == Bytes32.byteCount, "X25519 takes 32 bytes")
        return key.bytes.withUnsafeBytes {
            crypto_scalarmult_curve25519(shared.octets!, secret.octets!, $0.octets!) == 0
        }
    }
}

// libsodium before the end of 2025 (CVE-2025-69277) took a point of order 2·L for one of the prime-order subgroup; many
// systems still carry it under an unchanged version number. So the library is asked once, with such a point, and
// where it has the flaw, every key is multiplied by the group order as well.
extension Curve {
    /// The base point plus the point of order two (0, −1): order 2·L, canonical, not small.
    static let mixedOrderPoint = Bytes32(hex: "9599999999999999999999999999999999999999999999999999999999999999")!

    private static let libraryRefusesMixedOrder: Bool =
        mixedOrderPoint.withUnsafeBytes { crypto_core_ed25519_is_valid_point($0.octets!) } == 0

    private static let groupOrder = Bytes32(hex: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")!
    private static let neutralElement = Bytes32(hex: "01" + String(repeating: "0", count: 62))!

    /// Whether L times the point is the neutral element.
    static func isKilledByGroupOrder(_ key: Bytes32) -> Bool {
        var product = Bytes32()
        _ = product.withUnsafeMutableBytes { out in
            groupOrder.withUnsafeBytes { order in
                key.withUnsafeBytes { crypto_scalarmult_ed25519_noclamp(out.octets!, order.octets!, $0.octets!) }
            }
        }
        return product == neutralElement
    }
}
