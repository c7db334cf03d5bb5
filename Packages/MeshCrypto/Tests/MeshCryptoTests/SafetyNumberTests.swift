import Testing

@testable import MeshCrypto

@Suite("Safety number")
struct SafetyNumberTests {
    let alice = UserIdentity(repeating: 1).id
    let bob = UserIdentity(repeating: 2).id

    // Computed by an implementation in another language.
    @Test("it is twelve groups of five digits, as another implementation computes them")
    func vector() {
        #expect(
            SafetyNumber(alice, bob).description
                == "57425 79338 60057 04708 92760 87839 12874 09288 89104 83332 48135 72856")
    }

    @Test("both people see the same number, and no other pair does")
    func symmetry() {
        #expect(SafetyNumber(alice, bob) == SafetyNumber(bob, alice))
        let carol = UserIdentity(repeating: 3).id
        #expect(SafetyNumber(alice, bob) != SafetyNumber(alice, carol))
        #expect(SafetyNumber(alice, bob).groups.allSatisfy { $0.count == 5 && $0.allSatisfy(\.isNumber) })
    }
}
